"""A club whose fans trade: a chain, a Discord in another process, and the real house between them.

People, wallets and the roles that they have at the beginning are written straight into the
database and into Discord: what is measured begins with the first transfer.
"""

import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot import app, tasks
from bot.sandbox.chain.album import OWNERS, Album, deploy_album
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.transactions import as_hex, call_data
from bot.sandbox.chain.wallets import ARTIST
from bot.sandbox.demo import free_port
from bot.wiring import House, open_house
from config.community import Club, read_club
from config.settings import Settings
from gating.model import Account, Change, FanId, Platform, Profile, Step
from gating.model.entries import Decision
from gating.model.proof import WalletProof
from tests.bench.far_discord import TOKEN

GAS = 200_000
EPOCH = 2
DEPTH = 2
ENOUGH = hex(10**18)
FIRST_WALLET = 0xFA7 << 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a server is to have: `copies` trade among `people`, from the first of whom they start.

    `late` more people hold a copy each and are linked only while it is measured. `share` is the
    server's part of all transfers.
    """

    people: int
    copies: int
    share: float
    late: int = 0


@dataclass(slots=True)
class Fan:
    """Somebody in a server, with one wallet. `rests_until`: no trade before (a block)."""

    user: int
    wallet: str
    copy: int | None = None
    rests_until: int = 0

    @property
    def account(self) -> Account:
        return Account(Platform.DISCORD, str(self.user))


@dataclass(frozen=True, slots=True)
class Place:
    """A server, and its part of the album."""

    guild: int
    role: int
    copies: range
    plan: Plan
    fans: dict[int, Fan]
    late: list[Fan]


@dataclass(frozen=True, slots=True)
class RoleCall:
    """One role given or taken at Discord, at this second of the machine's clock."""

    given: bool
    guild: int
    user: int
    at: float


@dataclass
class Far:
    """The other process, and what it has told."""

    process: Process
    calls: list[RoleCall] = field(default_factory=list)
    last: dict[str, object] = field(default_factory=dict)
    told: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            told = json.loads(line)
            if isinstance(told, dict):
                self.last = told
                self.told.set()
            else:
                method, guild, user, at = told
                self.calls.append(RoleCall(method == "PUT", guild, user, at))

    async def report(self) -> dict[str, object]:
        """Who has the roles now, server by server, and how many calls were refused."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"report\n")
        await asyncio.wait_for(self.told.wait(), 60)
        return self.last

    async def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        await self.process.wait()


@dataclass(frozen=True, kw_only=True)
class Town:
    """Everything that is running."""

    chain: LocalChain
    album: Album
    house: House
    club: Club
    far: Far
    places: Sequence[Place]

    async def send(self, copy: int, sender: str, receiver: str) -> None:
        """Hand a transfer to the node; it counts with the next block."""
        data = call_data("transferFrom(address,address,uint256)", sender, receiver, copy)
        moved = {"from": sender, "to": self.album.address, "data": as_hex(data), "gas": hex(GAS)}
        await self.chain.call("eth_sendTransaction", moved)

    async def link(self, fan: Fan) -> FanId:
        async with self.house.services.store() as tx:
            found = await tx.people.enrol(fan.account, Profile(f"fan{fan.user}", "Fan"))
            assert await tx.people.add_wallet(found.id, fan.wallet, WalletProof())  # type: ignore[arg-type]
        return found.id

    async def give(self, place: Place, fan: Fan, fan_id: FanId) -> None:
        """The role is there already; note that it is ours."""
        gate = self.club.gates[list(self.places).index(place)].id
        change = Change(Step.OPEN, fan.account, gate, str(place.role))
        decision = Decision(fan=fan_id, at=None, why="the beginning", changes=(change,))
        async with self.house.services.store() as tx:
            await tx.access.decided(decision)


@asynccontextmanager
async def opened(plans: Sequence[Plan], *, role_limit: bool) -> AsyncIterator[Town]:
    """The town at the moment before the first transfer."""
    async with AsyncExitStack() as stack:
        name = tempfile.TemporaryDirectory(prefix="stagedoor-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(name))
        os.chmod(folder, 0o755)  # noqa: S103  - the database may run as another user
        chain = await stack.enter_async_context(
            LocalChain(ChainSettings(folder=folder / "chain", epoch=EPOCH))
        )
        album = await deploy_album(chain)
        far, places, where = await _far(plans, role_limit=role_limit)
        stack.push_async_callback(far.end)
        listening = tasks.start("far discord", far.listen())
        stack.push_async_callback(tasks.stop, listening)
        await _deal(chain, album, places)
        club_path = folder / "club.toml"
        club_path.write_text(_club_file(album, places))
        settings, club = _settings(folder, chain, where), read_club(club_path)
        house = await stack.enter_async_context(open_house(settings, club))
        town = Town(chain=chain, album=album, house=house, club=club, far=far, places=places)
        await _settle(town)
        stop = asyncio.Event()
        ready = asyncio.Event()
        running = tasks.start("house", _run(house, settings, stop, ready))
        await asyncio.wait_for(ready.wait(), 120)
        try:
            yield town
        finally:
            stop.set()
            await asyncio.wait([running])


async def _run(
    house: House, settings: Settings, stop: asyncio.Event, ready: asyncio.Event
) -> None:
    async def are_open() -> None:
        ready.set()

    await app.run(house, app.Where(settings.host, settings.port), stop=stop, ready=are_open)


async def _far(
    plans: Sequence[Plan], *, role_limit: bool
) -> tuple[Far, list[Place], dict[str, str]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.far_discord"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**26,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    servers = [[plan.people + plan.late, plan.copies] for plan in plans]
    process.stdin.write(json.dumps({"role_limit": role_limit, "servers": servers}).encode())
    process.stdin.write(b"\n")
    told = json.loads(await process.stdout.readline())
    places, first, number = [], 1, 0
    for plan, (guild, role, people) in zip(plans, told["servers"], strict=True):
        copies = range(first, first + plan.copies + plan.late)
        fans = [
            Fan(user, f"0x{FIRST_WALLET + number + at:040x}") for at, user in enumerate(people)
        ]
        number += len(fans)
        holding = fans[: plan.copies] + fans[plan.people :]
        for fan, copy in zip(holding, copies, strict=True):
            fan.copy = copy
        known = {fan.user: fan for fan in fans[: plan.people]}
        places.append(Place(guild, role, copies, plan, known, fans[plan.people :]))
        first = copies.stop
    return Far(process), places, told


def _wallet(number: int) -> str:
    return f"0x{FIRST_WALLET + number:040x}"


async def _deal(chain: LocalChain, album: Album, places: Sequence[Place]) -> None:
    """Everybody can pay for gas, and holds what the plan says."""
    await chain.call("anvil_autoImpersonateAccount", True)
    await chain.call("evm_setAutomine", False)
    town = Town(chain=chain, album=album, house=None, club=None, far=None, places=places)  # type: ignore[arg-type]
    for place in places:
        for fan in (*place.fans.values(), *place.late):
            await chain.call("anvil_setBalance", fan.wallet, ENOUGH)
            if fan.copy is not None:
                owner = OWNERS.get(fan.copy, ARTIST)
                await town.send(fan.copy, owner.address, fan.wallet)
    await chain.mine(2 * EPOCH + DEPTH + 3)


async def _settle(town: Town) -> None:
    """People are known and linked, and what they hold is theirs."""
    for place in town.places:
        for fan in place.fans.values():
            found = await town.link(fan)
            if fan.copy is not None:
                await town.give(place, fan, found)


def _settings(folder: Path, chain: LocalChain, where: dict[str, str]) -> Settings:
    port = free_port()
    return Settings(
        data=folder,
        public_url=f"http://127.0.0.1:{port}",
        port=port,
        rpc_urls={chain.settings.chain_id: (SecretStr(chain.rpc_url),)},
        discord_token=SecretStr(TOKEN),
        discord_api=where["api"],
        discord_gateway=where["gateway"],
    )


def _club_file(album: Album, places: Sequence[Place]) -> str:
    """No grace, and no brake: both would hold up the removals that are to be measured."""
    first, *others = places
    named = "\n".join(f"server-{nth} = {each.guild}" for nth, each in enumerate(others, 1))
    gates = "\n".join(_gate(nth, place) for nth, place in enumerate(places))
    return f"""
[club]
name = "Tide Club"
grace_hours = 0

[brake]
fans = 1000000
percent = 100

[album]
name = "Tide"
chain_id = 31337
contract = "{album.address}"
first_block = {album.deployed_block}
confirmations = {DEPTH}

[discord]
guild = {first.guild}
[discord.servers]
{named}

{gates}
"""


def _gate(nth: int, place: Place) -> str:
    roles = f"discord_roles = [{place.role}]"
    if nth:
        roles = f"discord_roles_in = {{ server-{nth} = [{place.role}] }}"
    return f"""
[[gates]]
id = "gate-{nth}"
name = "Server {nth}"
lowest = {place.copies.start}
highest = {place.copies.stop - 1}
{roles}
"""
