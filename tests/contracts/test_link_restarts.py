"""PR4: a house that stops in the middle of a sign-in, and starts again, grants at most once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from bot.sandbox.chain.wallets import HOLDER, sign_text
from config.database import Database, open_database
from gating.access.refresh import RefreshAccess
from gating.adapters.chance import SystemRandomness
from gating.adapters.signatures import SiweMessages
from gating.adapters.sql.store import SqlStore
from gating.adapters.wallets import WalletSignatures
from gating.errors import Refused
from gating.identity.binding import BindWallet
from gating.identity.linking import AskSignature, FinishLink, Pending, StartLink
from gating.identity.proving import EnterProofCode, FinishProof, StartProof, StopLink
from gating.identity.sign_in import Site
from gating.model import Account, Address, Gate, Pass, Platform
from gating.model.link import LinkState, Proof
from gating.model.proof import Valid, WalletProof
from tests.contracts.access_kit import (
    FAN,
    NOBODY,
    ROLE,
    TIDE,
    Town,
    account,
    block,
    history,
    move,
)
from tests.contracts.access_kit import (
    HOLDER as GATE_ID,
)
from tests.rule_kit import holds

WALLET = Address(HOLDER.address.lower())
GATE = Gate(GATE_ID, "Holder", holds(TIDE), (Pass(GATE_ID, Platform.DISCORD, ROLE, "Holder"),))
ONE, BROWSER = account(1), "the-hash-of-a-cookie"


@dataclass
class AsDiscord:
    """Discord's word, always for the same account."""

    def address(self, state: str, challenge: str) -> str:
        return f"https://discord.example/?state={state}"

    async def account(self, code: str, verifier: str) -> Account:
        return ONE


@dataclass
class Service:
    """The use cases of one life of the house. Nothing in it outlives `stops`."""

    database: Database
    town: Town
    woken: int = 0
    proof: Proof = Proof.OAUTH

    @property
    def store(self) -> SqlStore:
        return SqlStore(self.database.sessions, self.town.clock)

    @property
    def refresh(self) -> RefreshAccess:
        return RefreshAccess(store=self.store, asset=TIDE, gates=(GATE,), wake=self.wake)

    async def wake(self) -> None:
        self.woken += 1

    async def starts(self) -> str:
        proofs = {Platform.DISCORD: self.proof}
        start = StartLink(
            store=self.store, clock=self.town.clock, random=SystemRandomness(), proofs=proofs
        )
        return (await start(ONE, FAN)).token

    async def goes(self, token: str) -> str:
        go = StartProof(store=self.store, clock=self.town.clock, random=SystemRandomness())
        return await go(token, BROWSER)

    async def comes_back(self, token: str, state: str) -> None:
        back = FinishProof(store=self.store, clock=self.town.clock, sign_in=AsDiscord())
        await back(token, BROWSER, state=state, code="c", verifier="v")

    async def asks(self, token: str) -> bytes:
        ask = AskSignature(
            store=self.store,
            clock=self.town.clock,
            random=SystemRandomness(),
            messages=SiweMessages(),
            signatures=WalletSignatures({}),
            site=Site("https://club.example", "Tide Club"),
            chain_id=TIDE.chain_id,
        )
        return (await ask(token, BROWSER, WALLET, TIDE.chain_id)).text

    async def signs(self, token: str, text: bytes, signatures: object = None) -> object:
        finish = FinishLink(
            store=self.store,
            clock=self.town.clock,
            random=SystemRandomness(),
            signatures=signatures or WalletSignatures({}),  # type: ignore[arg-type]
            bind=BindWallet(refresh=self.refresh, clock=self.town.clock),
            refresh=self.refresh,
        )
        return await finish(token, BROWSER, text, sign_text(HOLDER, text))

    async def types(self, code: str) -> None:
        bind = BindWallet(refresh=self.refresh, clock=self.town.clock)
        await EnterProofCode(store=self.store, bind=bind, refresh=self.refresh)(ONE, code)

    async def stops_link(self, token: str) -> None:
        await StopLink(store=self.store, clock=self.town.clock)(token, BROWSER)


@dataclass
class Attempt:
    """One sign-in, each of whose steps may fall into another life of the house."""

    lives: Callable[[], Awaitable[Service]]
    token: str = ""
    state: str = ""
    text: bytes = b""
    code: str = ""
    steps: list[str] = field(default_factory=list)

    async def goes_on(self, until: LinkState | None = None) -> None:
        """Take the steps that are still to be taken, up to this state or to the end."""
        for step, reached in self.way():
            if step.__name__ in self.steps:
                continue
            await step()
            self.steps.append(step.__name__)
            if reached is until:
                return

    def way(self) -> list[tuple[Callable[[], Awaitable[None]], LinkState]]:
        return [
            (self.issue, LinkState.ISSUED),
            (self.open, LinkState.OPENED),
            (self.prove, LinkState.ACCOUNT_PROVED),
            (self.ask, LinkState.CHALLENGED),
            (self.sign, LinkState.BOUND),
        ]

    async def issue(self) -> None:
        self.token = await (await self.lives()).starts()

    async def open(self) -> None:
        self.state = await (await self.lives()).goes(self.token)

    async def prove(self) -> None:
        await (await self.lives()).comes_back(self.token, self.state)

    async def ask(self) -> None:
        self.text = await (await self.lives()).asks(self.token)

    async def sign(self) -> None:
        await (await self.lives()).signs(self.token, self.text)


class ByCode(Attempt):
    """The way without Discord's word: a code goes from the page to the chat."""

    def way(self) -> list[tuple[Callable[[], Awaitable[None]], LinkState]]:
        return [
            (self.issue, LinkState.ISSUED),
            (self.ask, LinkState.CHALLENGED),
            (self.sign, LinkState.PENDING_CODE),
            (self.type, LinkState.BOUND),
        ]

    async def issue(self) -> None:
        service = await self.lives()
        service.proof = Proof.CODE
        self.token = await service.starts()

    async def sign(self) -> None:
        pending = await (await self.lives()).signs(self.token, self.text)
        assert isinstance(pending, Pending)
        self.code = pending.code

    async def type(self) -> None:
        await (await self.lives()).types(self.code)


WAYS = [
    *(
        (Attempt, state)
        for state in LinkState
        if state.value in {"issued", "opened", "account_proved", "challenged", "bound"}
    ),
    *(
        (ByCode, state)
        for state in LinkState
        if state.value in {"issued", "challenged", "pending_code", "bound"}
    ),
]
NAMES = [f"{kind.__name__}-{state}" for kind, state in WAYS]


@dataclass
class Lives:
    """Each call is the next life: new connections, new objects, nothing remembered."""

    url: str
    folder: Path
    town: Town
    service: Service | None = None

    async def __call__(self) -> Service:
        assert self.service is not None
        return self.service

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        async with open_database(self.url, self.folder) as database:
            self.service = Service(database, self.town)
            yield
        self.service = None


@pytest_asyncio.fixture(loop_scope="session")
async def lives(town: Town, access_database: Database, access_folder: Path) -> Lives:
    async with town.store() as tx:
        await history(tx, [move(block(1), 17, NOBODY, WALLET)], until=block(2))
    return Lives(access_database.url, access_folder, town)


async def granted(town: Town) -> tuple[int, int, int]:
    """Wallets, passes, and openings that were ever written down."""
    ((found,),) = await town.rows(
        "SELECT ARRAY[(SELECT count(*) FROM wallet), (SELECT count(*) FROM held_pass),"
        " (SELECT count(*) FROM outbox WHERE act->>'step' = 'open')]"
    )
    return tuple(found)


@pytest.mark.parametrize(("kind", "state"), WAYS, ids=NAMES)
async def test_pr4_after_a_restart_in_this_state_the_sign_in_goes_on_and_grants_once(
    lives: Lives, town: Town, kind: type[Attempt], state: LinkState
) -> None:
    attempt = kind(lives)
    async with lives.life():
        await attempt.goes_on(until=state)
    assert await states(town) == [state.value]
    async with lives.life():
        await attempt.goes_on()
        assert await granted(town) == (1, 1, 1)
        with pytest.raises(Refused):  # and whoever sends the last step once more gets nothing
            await attempt.way()[-1][0]()
    assert await granted(town) == (1, 1, 1)


@pytest.mark.parametrize(("kind", "state"), WAYS, ids=NAMES)
async def test_pr4_a_house_that_is_away_too_long_finds_the_sign_in_dead_and_grants_nothing(
    lives: Lives, town: Town, kind: type[Attempt], state: LinkState
) -> None:
    attempt = kind(lives)
    async with lives.life():
        await attempt.goes_on(until=state)
    before = await granted(town)
    town.later(minutes=11)
    async with lives.life():
        if state is not LinkState.BOUND:
            with pytest.raises(Refused):
                await attempt.goes_on()
    assert await granted(town) == before
    assert before == ((1, 1, 1) if state is LinkState.BOUND else (0, 0, 0))


@pytest.mark.parametrize("state", [LinkState.OPENED, LinkState.CHALLENGED])
async def test_pr4_a_stopped_link_stays_dead_after_a_restart(
    lives: Lives, town: Town, state: LinkState
) -> None:
    attempt = Attempt(lives)
    async with lives.life():
        await attempt.goes_on(until=state)
        await (await lives()).stops_link(attempt.token)
    assert await states(town) == ["dead"]
    async with lives.life():
        with pytest.raises(Refused):
            await attempt.goes_on()
    assert await granted(town) == (0, 0, 0)


async def test_pr4_killed_while_a_signature_is_checked_the_nonce_is_spent_and_a_new_one_works(
    lives: Lives, town: Town
) -> None:
    class Killed(WalletSignatures):
        def by_key(self, *asked: object) -> None:  # type: ignore[override]
            """A contract has no key, so a node is asked."""

        async def check(self, *asked: object) -> None:  # type: ignore[override]
            raise asyncio.CancelledError

    attempt = Attempt(lives)
    async with lives.life():
        await attempt.goes_on(until=LinkState.CHALLENGED)
        with pytest.raises(asyncio.CancelledError):
            await (await lives()).signs(attempt.token, attempt.text, Killed({}))
    assert await states(town) == ["account_proved"]
    async with lives.life():
        with pytest.raises(Refused, match="E-NONCE"):
            await attempt.sign()
        await attempt.ask()
        await attempt.sign()
    assert await granted(town) == (1, 1, 1)


async def test_pr4_forgotten_in_the_middle_of_a_sign_in_the_link_is_gone_with_everything_else(
    lives: Lives, town: Town
) -> None:
    attempt = Attempt(lives)
    async with lives.life():
        await attempt.goes_on(until=LinkState.CHALLENGED)
        await town.change("DELETE FROM link")  # as forgetting does
        with pytest.raises(Refused, match="E-LINKUNKNOWN"):
            await attempt.sign()
    assert await granted(town) == (0, 0, 0)


def test_every_state_of_a_link_is_one_in_which_the_house_was_stopped() -> None:
    stopped = {state for _, state in WAYS} | {LinkState.DEAD}
    assert stopped == set(LinkState)


async def states(town: Town) -> list[str]:
    return [state for (state,) in await town.rows("SELECT state FROM link")]


async def test_pr4_a_sign_in_that_waits_for_its_link_holds_no_fan_meanwhile(
    lives: Lives, town: Town
) -> None:
    """Forgetting locks links before fans: the other way round both would wait for ever."""
    busy, checked = town.sessions(), asyncio.Event()

    class Asked(WalletSignatures):
        def by_key(self, *asked: object) -> None:  # type: ignore[override]
            """A contract has no key, so a node is asked."""

        async def check(self, *asked: object) -> Valid:  # type: ignore[override]
            await busy.execute(text("SELECT id FROM link FOR UPDATE"))
            checked.set()
            return Valid(WalletProof())

    async def looks() -> None:
        await checked.wait()
        await asyncio.sleep(0.3)
        locked = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:wallet, 0))")
        assert await busy.scalar(locked, {"wallet": f"wallet:{WALLET}"})
        await busy.rollback()

    attempt = Attempt(lives)
    async with lives.life(), busy:
        await attempt.goes_on(until=LinkState.CHALLENGED)
        signs = (await lives()).signs(attempt.token, attempt.text, Asked({}))
        await asyncio.gather(signs, looks())
    assert await granted(town) == (1, 1, 1)
