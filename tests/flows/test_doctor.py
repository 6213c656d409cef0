"""The doctor names each fault of a set-up, with its code and what to do, and changes nothing."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from bot.doctor.clock_side import clock_findings
from bot.doctor.findings import Finding, Level, is_healthy
from bot.doctor.visit import examine
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.discord_server.permissions import (
    ADMINISTRATOR,
    BAN_MEMBERS,
    DOORKEEPER,
    MANAGE_ROLES,
    VIEW_CHANNEL,
)
from config.community import Club, read_club
from config.settings import PREFIX, Settings
from gating.model import Address, Asset
from gating.model.rule import Contract, ContractKind
from tests.contracts.index_kit import Tokens
from tests.flows.service import ROOT, Outside, outside

HOOK_SECRET = "a-secret-of-the-tests_0123456789"
SOME_CONTRACT = "0x4e59b44847b379578588920ca78fbf26c0b4956c"
"""Every anvil has the deterministic deployer, which is no ERC-721."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def around(data: Path) -> AsyncIterator[Outside]:
    async with outside(data) as everything:
        yield everything


@pytest.fixture(autouse=True)
async def a_block_just_now(around: Outside) -> None:
    await around.chain.mine()


def settings_of(around: Outside, **changes: object) -> Settings:
    given = {name.removeprefix(PREFIX).lower(): value for name, value in around.settings().items()}
    return Settings(**(given | changes))  # type: ignore[arg-type]  # as from the environment


async def examined(
    around: Outside, *, club: Club | None = None, ahead: float = 0, **changes: object
) -> list[Finding]:
    return await examine(
        settings_of(around, **changes),
        club or read_club(around.club_path),
        clock=lambda: datetime.now(UTC) + timedelta(seconds=ahead),
    )


def lines(found: list[Finding], key: str) -> list[str]:
    return [each.line for each in found if each.key == key]


def only(found: list[Finding], key: str, level: Level = Level.FAULT) -> str:
    """The line of the only fault there is, or of a warning."""
    faults = [each for each in found if each.level is Level.FAULT]
    named = [each for each in found if each.key == key]
    assert [each.level for each in named] == [level], [each.line for each in found]
    assert faults == (named if level is Level.FAULT else []), [each.line for each in faults]
    assert is_healthy(found) is (level is not Level.FAULT)
    assert named[0].line.startswith(f"{level:<8} ")
    assert f"{key}: " in named[0].line
    return named[0].line


async def ran(around: Outside, **settings: str) -> tuple[int, str]:
    """What an operator sees who types `python -m bot doctor`; exit code and words."""
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor", "--club", str(around.club_path)),
        cwd=ROOT,
        env=around.settings() | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()
    return run.returncode or 0, said.decode()


async def test_a_good_club_has_no_fault_and_the_proof_of_the_account_is_named(
    around: Outside,
) -> None:
    code, said = await ran(around)
    assert code == 0, said
    assert "fault" not in said
    assert "Discord's sign-in shows whose browser it is (OAuth2)." in said
    assert "On Telegram a code goes from the page to the chat." in said
    assert "It is an ERC-721 at 0x" in said
    assert said.count("The bot may give it") == 2
    assert said.count("The bot can write there.") == 4
    assert "the bot may let people in and go" in said
    for name, secret in around.settings().items():
        if "TOKEN" in name or "SECRET" in name:
            assert secret not in said


async def test_a_fault_makes_the_exit_code_one_and_its_line_says_what_to_do(
    around: Outside,
) -> None:
    code, said = await ran(around, STAGEDOOR_DISCORD_TOKEN="another.token")
    assert code == 1
    assert "fault    Discord                  E-DISCORDTOKEN: " in said
    assert "Put a new one into STAGEDOOR_DISCORD_TOKEN" in said
    code, said = await ran(around, STAGEDOOR_RPC_URLS="")
    assert (code, said.count("\n")) == (1, 1)
    assert "E-SETTINGS: The setting STAGEDOOR_RPC_URLS is not set." in said


async def test_without_discord_s_sign_in_the_doctor_says_that_a_code_is_on(
    around: Outside,
) -> None:
    found = await examined(around, discord_client_id=None, discord_client_secret=None)
    assert "code" in only(found, "E-NOSIGNIN", Level.WARNING)
    assert lines(found, "doctor.oauth") == []
    assert len(lines(found, "doctor.code")) == 1


async def test_the_sign_in_of_another_application_is_a_fault(around: Outside) -> None:
    found = await examined(around, discord_client_id="4711")
    assert str(around.town.server.bot) in only(found, "E-CLIENTID")


async def test_an_address_that_only_this_machine_can_open_is_a_warning(around: Outside) -> None:
    only(await examined(around), "E-LOCALURL", Level.WARNING)
    good = await examined(around, public_url="https://club.example")
    assert lines(good, "E-LOCALURL") == []
    hook = {"telegram_webhook": True, "telegram_webhook_secret": HOOK_SECRET}
    found = await examined(around, public_url="https://club.example:9443", **hook)
    only(found, "E-WEBHOOKPORT")


async def test_a_database_out_of_reach_is_a_fault_and_an_empty_one_is_none(
    around: Outside,
) -> None:
    away = "postgresql://nobody:secret-word@127.0.0.1:1/none"
    line = only(await examined(around, database_url=away), "E-DATABASE")
    assert "secret-word" not in line
    found = await examined(around)
    assert len(lines(found, "doctor.olddatabase")) == 1  # no house has run on it yet
    assert await around.count("pg_tables WHERE schemaname = 'public'") == 0
    assert len(lines(await examined(around, database_url=None), "doctor.embedded")) == 1


async def test_a_data_folder_is_looked_at_and_not_made(around: Outside) -> None:
    folder = around.data / "not" / "there"
    assert len(lines(await examined(around, data=str(folder)), "doctor.folder")) == 1
    assert not folder.parent.exists()
    only(await examined(around, data=str(around.club_path)), "E-NOTFOLDER")
    only(await examined(around, data=str(around.club_path / "below")), "E-NOTFOLDER")


@asynccontextmanager
async def endpoint_without(around: Outside, what: str) -> AsyncIterator[str]:
    """The chain behind an endpoint that refuses whatever has this word in its question."""

    async def pass_on(request: web.Request) -> web.Response:
        body = await request.text()
        if what in body:
            error = {"code": -32601, "message": "not in your plan"}
            return web.json_response({"jsonrpc": "2.0", "id": 1, "error": error})
        headers = {"Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(around.chain.rpc_url, data=body, headers=headers) as answer,
        ):
            return web.Response(body=await answer.read(), content_type="application/json")

    app = web.Application()
    app.router.add_post("/", pass_on)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("eth_chainId", "E-RPCSILENT"),
        ("latest", "E-RPCSILENT"),
        ("finalized", "E-RPCFINAL"),
        ("eth_getLogs", "E-RPCLOGS"),
    ],
)
async def test_an_endpoint_that_cannot_do_what_is_needed_is_named_by_its_place(
    around: Outside, what: str, code: str
) -> None:
    async with endpoint_without(around, what) as url:
        found = await examined(around, rpc_urls=f"{around.chain.rpc_url},{url}")
    assert "endpoint 2" in only(found, code)
    assert lines(found, "E-RPCONE") == []
    assert url not in "".join(each.line for each in found)


async def test_an_endpoint_that_lags_or_stands_alone_is_a_warning(around: Outside) -> None:
    found = await examined(around, ahead=4_000)
    assert "seconds old" in only(found, "E-RPCOLD", Level.WARNING)
    only(found, "E-RPCONE", Level.WARNING)
    assert len(lines(found, "doctor.album")) == 1


async def test_a_club_file_that_names_another_chain_or_contract_is_a_fault(
    around: Outside,
) -> None:
    club = read_club(around.club_path)
    line = only(await examined(around, club=_with(club, chain_id=1)), "E-RPCCHAIN")
    assert "stands on chain 31337, and the club file says 1" in line
    nothing = _with(club, contract=Address("0x" + "11" * 20))
    only(await examined(around, club=nothing), "E-NOCONTRACT")
    other = _with(club, contract=Address(SOME_CONTRACT))
    only(await examined(around, club=other), "E-NOTERC721")


def _with(club: Club, **asset: object) -> Club:
    return replace(club, asset=replace(club.asset, **asset))  # type: ignore[arg-type]


async def test_every_chain_of_the_club_file_is_looked_at_and_every_contract_on_it(
    around: Outside, tmp_path: Path
) -> None:
    """A second chain, on which one contract is there and another is not."""
    other = ChainSettings(folder=tmp_path, chain_id=8453)
    async with LocalChain(other) as chain, aiohttp.ClientSession() as http:
        crew = (await Tokens(chain, http).token("Copies")).contract
        url = f"31337={around.chain.rpc_url};8453={chain.rpc_url},{around.chain.rpc_url}"
        club = _with_contracts(read_club(around.club_path), 8453, crew=crew)
        found = await examined(around, club=club, rpc_urls=url)
        assert "endpoint 2 of 8453" in only(found, "E-RPCCHAIN")
        assert [each.part for each in found if each.key == "doctor.contract"] == [
            "delegate registry",
            "contract crew",
        ]
        gone = _with_contracts(read_club(around.club_path), 8453, crew=Address("0x" + "11" * 20))
        url = f"{around.chain.rpc_url};8453={chain.rpc_url}"
        line = only(await examined(around, club=gone, rpc_urls=url), "E-NOCONTRACT")
    assert "contract crew" in line
    assert "chain 8453" in line


def _with_contracts(club: Club, chain: int, **named: Address) -> Club:
    more = (
        Contract(name, ContractKind.ERC721, Asset(chain, address, name))
        for name, address in named.items()
    )
    return replace(club, contracts=(*club.contracts, *more))


@pytest.mark.parametrize(("seconds", "way"), [(75, "ahead"), (-75, "behind")])
async def test_fl26_the_doctor_notices_a_clock_that_is_off_by_a_minute(
    around: Outside, seconds: float, way: str
) -> None:
    found = await examined(around, ahead=seconds)
    line = only(found, "E-CLOCK", Level.WARNING)
    assert way in line
    assert "NTP" in line
    assert 70 <= int(line.partition(" clock is ")[2].split()[0]) <= 80
    ahead = [each.key for each in found if each.key == "E-RPCAHEAD"]
    assert ahead == (["E-RPCAHEAD"] if seconds < 0 else [])


async def test_fl26_a_clock_that_goes_right_or_that_nobody_tells_is_no_warning(
    around: Outside,
) -> None:
    assert lines(await examined(around), "doctor.clock")
    async with aiohttp.ClientSession() as http:
        assert await clock_findings(http, ["http://127.0.0.1:9/"], datetime.now) == []


async def test_a_club_without_moderators_is_a_warning(around: Outside) -> None:
    club = replace(read_club(around.club_path), moderators=frozenset())
    only(await examined(around, club=club), "E-NOMODERATOR", Level.WARNING)


async def test_ch6_a_role_that_must_not_be_given_is_a_fault_with_its_reason(
    around: Outside,
) -> None:
    server, discord = around.town.server, around.discord
    discord.set_permissions(server.guild, server.first_role, BAN_MEMBERS)
    line = only(await examined(around), "E-ROLEPOWER")
    assert "Ban Members" in line
    assert f"role {server.first_role}" in line
    discord.set_permissions(server.guild, server.first_role, 0)
    position = discord.state.guilds[server.guild].roles[server.first_role].position
    discord.move_role(server.guild, server.first_role, 50)
    only(await examined(around), "E-ROLEPOS")
    discord.move_role(server.guild, server.first_role, position)
    assert is_healthy(await examined(around))


async def test_a_bot_with_too_few_or_too_many_rights_is_told(around: Outside) -> None:
    server, discord = around.town.server, around.discord
    own = discord.bot_role(server.guild, server.bot)
    discord.set_permissions(server.guild, own, DOORKEEPER & ~MANAGE_ROLES)
    assert "Manage Roles" in only(await examined(around), "E-BOTRIGHTS")
    discord.set_permissions(server.guild, own, DOORKEEPER | ADMINISTRATOR)
    assert "Administrator" in only(await examined(around), "E-BOTPOWER", Level.WARNING)
    discord.set_permissions(server.guild, own, DOORKEEPER)


async def test_a_channel_that_the_bot_cannot_see_or_that_is_gone_is_a_fault(
    around: Outside,
) -> None:
    server, discord = around.town.server, around.discord
    own = discord.bot_role(server.guild, server.bot)
    discord.set_overwrite(server.guild, server.votes, own, deny=VIEW_CHANNEL)
    line = only(await examined(around), "E-PLACERIGHTS")
    assert "votes" in line
    assert "Send Messages" in line
    discord.set_overwrite(server.guild, server.votes, own, allow=DOORKEEPER)
    places = read_club(around.club_path).discord_places
    gone = replace(read_club(around.club_path), discord_places=places | {"drops": 4711})
    assert "4711" in only(await examined(around, club=gone), "E-PLACEGONE")
    none = {name: number for name, number in places.items() if name != "ops"}
    unnamed = replace(read_club(around.club_path), discord_places=none)
    only(await examined(around, club=unnamed), "E-PLACE", Level.WARNING)


async def test_an_intent_that_is_off_is_a_fault_only_where_it_is_wanted(around: Outside) -> None:
    app = around.discord.state.apps[around.town.server.bot]
    kept, app.privileged = app.privileged, 0
    only(await examined(around), "E-DISCORDINTENTS")
    assert is_healthy(await examined(around, discord_members=False))
    app.privileged = kept


async def test_a_server_without_the_bot_is_a_fault(around: Outside) -> None:
    club = replace(read_club(around.club_path), discord_guild=4711)
    only(await examined(around, club=club), "E-DISCORDGUILD")


async def test_a_further_server_is_looked_at_like_the_first(around: Outside) -> None:
    guild = around.discord.add_guild("Studio", bot=around.town.server.bot)
    role = around.discord.add_role(guild, "Guest")
    further = f"""
[discord.servers]
studio = {guild}

[[gates]]
id = "studio"
name = "Studio"
discord_roles_in = {{ studio = [{role}] }}
"""
    path = around.club_path.with_name("further.toml")
    path.write_text(around.club_path.read_text() + further)
    club = read_club(path)
    assert is_healthy(await examined(around, club=club))
    around.discord.set_permissions(guild, role, BAN_MEMBERS)
    only(await examined(around, club=club), "E-ROLEPOWER")
    around.discord.set_permissions(guild, role, 0)
    around.discord.leave(guild, around.town.server.bot)
    assert "studio" in only(await examined(around, club=club), "E-DISCORDGUILD")


async def test_a_platform_that_does_not_answer_is_a_fault_and_the_rest_is_still_looked_at(
    around: Outside,
) -> None:
    found = await examined(around, telegram_token="4242:another")
    only(found, "E-TELEGRAMTOKEN")
    assert len(lines(found, "doctor.album")) == 1
    found = await examined(around, telegram_api="http://127.0.0.1:1/bot")
    only(found, "E-TELEGRAMBUSY")
    found = await examined(around, discord_api="http://127.0.0.1:1/api")
    only(found, "E-DISCORDBUSY")


async def test_a_group_in_which_the_bot_may_not_invite_and_ban_is_a_fault(
    around: Outside,
) -> None:
    groups, telegram = around.town.groups, around.telegram
    telegram.make_admin(groups.holders, groups.bot, can_invite_users=True)
    assert str(groups.holders) in only(await examined(around), "E-TGRIGHTS")
    telegram.add_member(groups.holders, groups.bot)
    only(await examined(around), "E-TGRIGHTS")
    telegram.make_admin(groups.holders, groups.bot)
    assert is_healthy(await examined(around))


async def test_a_channel_that_gates_open_needs_the_right_to_post_only_where_the_bot_posts(
    around: Outside,
) -> None:
    groups, telegram = around.town.groups, around.telegram
    channel = telegram.add_channel("Tide drops")
    door = dict.fromkeys(("can_invite_users", "can_restrict_members"), True)
    telegram.make_admin(channel, groups.bot, **door)
    club = read_club(around.club_path)
    gate = club.gates[0]
    way = replace(gate.passes[-1], target=str(channel))
    club = replace(club, gates=(replace(gate, passes=(*gate.passes, way)), *club.gates[1:]))
    assert is_healthy(await examined(around, club=club))
    posting = replace(club, telegram_places=club.telegram_places | {"drops": channel})
    assert str(channel) in only(await examined(around, club=posting), "E-TGPOST")
    telegram.make_admin(channel, groups.bot, **door, can_post_messages=True)
    assert is_healthy(await examined(around, club=posting))


async def test_a_topic_in_a_group_without_topics_is_a_fault(around: Outside) -> None:
    groups, telegram = around.town.groups, around.telegram
    club = replace(read_club(around.club_path), telegram_topics={"votes": 12})
    assert "votes" in only(await examined(around, club=club), "E-TGNOFORUM")
    telegram.add_topic(groups.holders, "Votes")
    assert is_healthy(await examined(around, club=club))


async def test_a_group_without_the_bot_is_a_fault(around: Outside) -> None:
    club = read_club(around.club_path)
    places = club.telegram_places | {"ops": -1009999999999}
    found = await examined(around, club=replace(club, telegram_places=places))
    assert "-1009999999999" in only(found, "E-TGCHAT")


async def test_how_updates_come_is_named_and_a_mismatch_is_a_warning(around: Outside) -> None:
    assert len(lines(await examined(around), "doctor.polling")) == 1
    hook = {"telegram_webhook": True, "telegram_webhook_secret": HOOK_SECRET}
    only(await examined(around, **hook), "E-TGUPDATES", Level.WARNING)
    inbox = around.telegram.world.inboxes[around.town.groups.bot]
    inbox.webhook = {"url": f"{around.url}/telegram/updates", "secret": HOOK_SECRET}
    only(await examined(around), "E-TGUPDATES", Level.WARNING)
    assert len(lines(await examined(around, **hook), "doctor.webhook")) == 1
    inbox.webhook |= {"last_error_date": 1, "last_error_message": "Wrong response: 401"}
    assert "401" in only(await examined(around, **hook), "E-TGHOOK", Level.WARNING)
    inbox.webhook = {}
