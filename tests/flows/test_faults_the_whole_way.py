"""Faults of nodes and chats, the whole way: nobody loses a role by them, and all hear why.

Two endpoints stand before one real chain. The tests follow each other: what one leaves, the next
one begins with.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import text as sql

from bot.doctor.chain_side import chain_findings
from bot.sandbox.chain.album import sell_copy, transfer_copy
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.wallets import ARTIST
from bot.sandbox.demo import Demo
from gating.adapters.chain_rpc import RpcChain
from gating.adapters.rpc import RpcNode
from gating.model import Reading
from tests.fakes.faulty_node import FaultyNode
from tests.flows.conftest import played
from tests.flows.house import Fan, eventually

PATIENCE = 40.0
NO_CONTENT = 204
SOON = aiohttp.ClientTimeout(total=1)
FINAL = 10
"""Blocks after which whatever came before is settled and final."""


@dataclass
class Endpoints:
    """Two endpoints before the node; the second one is away at the start."""

    opened: AsyncExitStack
    nodes: list[FaultyNode] = field(default_factory=list)

    async def open(self, chain: LocalChain) -> tuple[str, ...]:
        for fault in ("ok", "error"):
            node = FaultyNode(chain.rpc_url, fault, final=6)
            self.nodes.append(await self.opened.enter_async_context(node))
        await chain.mine(60)
        return tuple(node.url for node in self.nodes)

    @contextmanager
    def spoilt(self, *faults: str) -> Iterator[None]:
        for node, fault in zip(self.nodes, faults, strict=True):
            node.fault = fault
        yield
        self.heal()

    def heal(self) -> None:
        for node in self.nodes:
            node.fault, node.behind = "ok", 0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def endpoints() -> AsyncIterator[Endpoints]:
    async with AsyncExitStack() as opened:
        yield Endpoints(opened)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path, endpoints: Endpoints) -> AsyncIterator[Demo]:
    async with played(data, endpoints=endpoints.open) as demo:
        yield demo


@pytest.fixture
def people(fan: Fan, newcomer: Fan, moderator: Fan) -> tuple[Fan, Fan, Fan]:
    return fan, newcomer, moderator


async def test_fl01_with_one_endpoint_away_from_the_first_start_a_holder_comes_in(
    fan: Fan, newcomer: Fan, moderator: Fan, demo: Demo, endpoints: Endpoints
) -> None:
    assert (await reading(demo)).final is None
    await fan.verify_on_discord()
    await eventually(lambda: {"Holder", "First 100"} <= set(fan.discord.roles()), within=PATIENCE)
    alarm = await moderator.reads("Only one chain server answers", within=PATIENCE)
    assert alarm.channel == "ops"
    await newcomer.verify_on_discord()
    await newcomer.reads("holds 0 copies of Tide", within=PATIENCE)
    endpoints.heal()
    await eventually(lambda: is_final(demo), within=PATIENCE, what="two endpoints agree")


@pytest.mark.parametrize("fault", ["error", "timeout"])
async def test_fl01_fl02_while_no_endpoint_answers_nothing_changes_and_the_reason_is_said(
    fan: Fan, newcomer: Fan, demo: Demo, endpoints: Endpoints, fault: str
) -> None:
    with endpoints.spoilt(fault, fault), impatient(demo):
        await eventually(lambda: is_silent(demo, "E-CHAINDOWN"), within=PATIENCE)
        await hears(newcomer, "The chain servers are silent. Your access is unchanged")
        await everybody_is_looked_at(demo)
        assert {"Holder", "First 100"} <= set(fan.discord.roles())
    await eventually(lambda: is_final(demo), within=PATIENCE, what="it is read again")
    assert await passes(demo) == ["open", "open"]


async def test_fl03_an_endpoint_that_was_moved_to_another_chain_is_not_believed(
    fan: Fan, newcomer: Fan, demo: Demo, endpoints: Endpoints, tmp_path: Path
) -> None:
    """Both show another real chain, with a longer history, in which nobody holds anything."""
    home = demo.chain.rpc_url
    async with LocalChain(ChainSettings(folder=tmp_path, chain_id=8453)) as other:
        await other.mine(await demo.chain.head() + 50)
        for node in endpoints.nodes:
            node.upstream = other.rpc_url
        await eventually(lambda: is_silent(demo, "E-CHAINDOWN"), within=PATIENCE)
        await everybody_is_looked_at(demo)
        await hears(newcomer, "The chain servers are silent")
        found = await examined(demo, endpoints)
        assert "stands on chain 8453, and the club file says 31337" in found
        for node in endpoints.nodes:
            node.upstream = home
    await eventually(lambda: is_final(demo), within=PATIENCE, what="the own chain is read again")
    assert {"Holder", "First 100"} <= set(fan.discord.roles())
    assert await passes(demo) == ["open", "open"]


@pytest.mark.parametrize(("fault", "copy"), [("empty", 501), ("lie", 502)])
async def test_fl05_fl07_an_endpoint_that_hides_or_lies_decides_nothing_until_two_agree(
    people: tuple[Fan, Fan, Fan], demo: Demo, endpoints: Endpoints, fault: str, copy: int
) -> None:
    fan, newcomer, moderator = people
    chain, album, wallet = demo.chain, demo.album, newcomer.wallet
    with endpoints.spoilt(fault, "ok"):
        await transfer_copy(chain, album, copy, ARTIST, wallet)
        await chain.mine(FINAL)
        await eventually(lambda: is_silent(demo, "E-RPCDISAGREE"), within=PATIENCE)
        await hears(newcomer, "Two chain servers contradict each other")
        alarm = await moderator.reads("Two chain servers contradict each other", within=PATIENCE)
        assert alarm.channel == "ops"
        assert "Holder" not in newcomer.discord.roles()
        assert {"Holder", "First 100"} <= set(fan.discord.roles())
    await eventually(lambda: "Holder" in newcomer.discord.roles(), within=PATIENCE)
    await sells_everything(newcomer, demo, copy)


async def test_fl04_an_endpoint_that_lags_forty_blocks_delays_the_end_and_not_the_beginning(
    newcomer: Fan, second_fan: Fan, demo: Demo, endpoints: Endpoints
) -> None:
    await second_fan.verify_on_discord()
    await eventually(lambda: "Holder" in second_fan.discord.roles(), within=PATIENCE)
    endpoints.nodes[0].behind = 40
    await sell_copy(demo.chain, demo.album, 310, second_fan.wallet)
    await transfer_copy(demo.chain, demo.album, 504, ARTIST, newcomer.wallet)
    await demo.chain.mine(FINAL)
    await eventually(lambda: "Holder" in newcomer.discord.roles(), within=PATIENCE)
    await everybody_is_looked_at(demo)
    assert "Holder" in second_fan.discord.roles()
    endpoints.heal()
    await second_fan.reads("#310 left your wallet", within=PATIENCE)
    await eventually(lambda: "Holder" not in second_fan.discord.roles(), within=PATIENCE)


async def test_fl08_a_sale_that_a_reorganisation_undoes_takes_no_role(
    newcomer: Fan, demo: Demo
) -> None:
    before = await passes(demo)
    sold = await sell_copy(demo.chain, demo.album, 504, newcomer.wallet)
    await demo.chain.mine(sold + 2 - await demo.chain.head())
    await eventually(lambda: has_settled(demo, sold), within=PATIENCE)
    final = (await reading(demo)).final
    assert final is not None
    assert final.number < sold
    assert "Holder" in newcomer.discord.roles()
    await demo.chain.reorg(3)
    await demo.chain.mine(FINAL)
    head = await demo.chain.head()
    await eventually(lambda: has_settled(demo, head - 2), within=PATIENCE)
    await everybody_is_looked_at(demo)
    assert "Holder" in newcomer.discord.roles()
    assert await passes(demo) == before
    seen = await hears(newcomer, "#504")
    assert "Holder" in seen


async def test_fl12_fl13_an_album_whose_contract_is_gone_keeps_its_holders_and_the_doctor_says_so(
    fan: Fan, demo: Demo, endpoints: Endpoints
) -> None:
    code = await demo.chain.call("eth_getCode", demo.album.address, "latest")
    before = await passes(demo)
    await demo.chain.call("anvil_setCode", demo.album.address, "0x")
    await demo.chain.mine(FINAL)
    head = await demo.chain.head()
    await eventually(lambda: has_settled(demo, head - 2), within=PATIENCE)
    await everybody_is_looked_at(demo)
    assert await passes(demo) == before
    assert {"Holder", "First 100"} <= set(fan.discord.roles())
    assert "There is no contract at" in await examined(demo, endpoints)
    await demo.chain.call("anvil_setCode", demo.album.address, code)


async def test_fl15_fl16_a_storm_of_429_and_errors_gives_the_role_once_and_says_so_once(
    second_fan: Fan, demo: Demo
) -> None:
    given = Counter[str]()

    def watch(method: str, template: str, path: str, *more: object) -> None:
        if method == "PUT" and "/roles/" in path and more[-2] == NO_CONTENT:
            given[path] += 1

    demo.discord.observers.append(watch)
    faults = demo.discord.faults
    faults.only, faults.storm_next, faults.storm_wait, faults.fail_next = "/roles/", 6, 0.1, 1
    seen = {message.id for message in second_fan.discord.everything()}
    await transfer_copy(demo.chain, demo.album, 505, ARTIST, second_fan.wallet)
    await demo.chain.mine(FINAL)
    await eventually(lambda: "Holder" in second_fan.discord.roles(), within=PATIENCE)
    await second_fan.reads("You hold #505", within=PATIENCE, besides=seen)
    assert (faults.storm_next, faults.fail_next) == (0, 0)
    faults.clear()
    demo.discord.observers.remove(watch)
    assert list(given.values()) == [1]
    told = [m for m in second_fan.discord.everything() if m.id not in seen and "#505" in m.text]
    assert len(told) == 1


async def test_fl20_while_telegram_floods_who_may_come_in_waits_and_is_let_in_once(
    fan: Fan, demo: Demo
) -> None:
    groups, faults = demo.town.groups, demo.telegram.faults
    await fan.telegram.tap_invite(groups.link)
    await fan.telegram.sees(groups.bot, "Tide Club is for holders", timeout=PATIENCE)
    await fan.discord.command("code")
    given = await fan.reads("Send this code to me in the other chat", within=PATIENCE)
    code = next(word for word in given.text.replace("`", " ").split() if word.count("-") == 1)
    faults.only_methods = frozenset({"approveChatJoinRequest"})
    faults.flood_next, faults.flood_retry_after = 3, 1
    await fan.telegram.send(groups.bot, code.rstrip("."))
    await eventually(lambda: fan.telegram.is_member(groups.holders), within=PATIENCE)
    assert faults.flood_next == 0
    faults.only_methods = frozenset()
    assert await passes(demo, "telegram") == ["open"]
    same = [m for m in fan.telegram.messages(groups.bot) if "Same fan, both chats" in m.text]
    assert len(same) == 1


async def test_fl17_a_role_that_was_deleted_keeps_the_other_roles_and_is_told(
    artist: Fan, fan: Fan, moderator: Fan, demo: Demo
) -> None:
    """The last test here: the role is gone for good."""
    server = demo.town.server
    demo.discord.delete_role(server.guild, server.holder_role)
    await artist.verify_on_discord()
    await artist.reads("I am not allowed to open the door yet", within=PATIENCE)
    alarm = await moderator.reads("A role that a gate opens was deleted", within=PATIENCE)
    assert alarm.channel == "ops"
    await everybody_is_looked_at(demo)
    assert "First 100" in fan.discord.roles()
    async with demo.house.services.store.sessions() as session:
        rows = await session.execute(sql("SELECT code FROM outbox WHERE state = 'stuck'"))
        assert {code for (code,) in rows} == {"E-ROLEGONE"}


async def sells_everything(fan: Fan, demo: Demo, copy: int) -> None:
    await sell_copy(demo.chain, demo.album, copy, fan.wallet)
    await demo.chain.mine(FINAL)
    await fan.reads(f"#{copy} left your wallet", within=PATIENCE)
    await eventually(lambda: "Holder" not in fan.discord.roles(), within=PATIENCE)


async def hears(fan: Fan, words: str) -> str:
    """What the fan reads who asks now."""
    seen = {message.id for message in fan.discord.everything()}
    await fan.discord.command("me")
    said = await fan.reads(words, within=PATIENCE, besides=seen)
    return str(said.text)


@contextmanager
def impatient(demo: Demo) -> Iterator[None]:
    """The time limit of the outside, shortened; who was slow is asked again at once after it."""
    node = node_of(demo)
    kept, node._timeout = node._timeout, SOON
    yield
    node._timeout = kept
    node._rests.clear()
    node._tired.clear()


def node_of(demo: Demo) -> RpcNode:
    chain = demo.house.services.chains[0].chain
    assert isinstance(chain, RpcChain)
    return chain._node


async def everybody_is_looked_at(demo: Demo) -> None:
    assert await demo.house.services.refresh_everyone() >= 2


async def examined(demo: Demo, endpoints: Endpoints) -> str:
    """What the doctor says of the chain."""
    urls = {demo.club.asset.chain_id: [node.url for node in endpoints.nodes]}
    async with aiohttp.ClientSession() as http:
        found = await chain_findings(http, urls, demo.club, demo.house.services.clock)
    return "\n".join(each.line for each in found)


async def reading(demo: Demo) -> Reading:
    async with demo.house.services.store() as tx:
        return await tx.ledger.reading(demo.club.asset, ())


async def is_silent(demo: Demo, code: str) -> bool:
    return (await reading(demo)).silent == code


async def is_final(demo: Demo) -> bool:
    now = await reading(demo)
    return now.silent is None and now.final is not None


async def has_settled(demo: Demo, number: int) -> bool:
    now = await reading(demo)
    if now.silent or now.settled is None or now.settled.number < number:
        return False
    theirs = await demo.chain.call("eth_getBlockByNumber", hex(now.settled.number), False)
    return bool(theirs["hash"] == now.settled.hash)


async def passes(demo: Demo, platform: str = "discord") -> list[str]:
    """What a platform was asked to open and close, in order."""
    query = sql(
        "SELECT act->>'step' FROM outbox"
        " WHERE act->>'kind' = 'pass' AND platform = :platform ORDER BY id"
    )
    async with demo.house.services.store.sessions() as session:
        rows = await session.execute(query, {"platform": platform})
        return [str(step) for (step,) in rows]
