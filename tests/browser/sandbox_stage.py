"""The sandbox with everything real behind it: both local servers, the chain, and scripted bots."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.sandbox.chain.album import open_album
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.wallets import ARTIST, HOLDER, NEWCOMER, SECOND_HOLDER, sign_text
from bot.sandbox.discord_server.server import LocalDiscord
from bot.sandbox.page.chain_controls import chain_controls
from bot.sandbox.page.fault_switches import discord_switches, telegram_switches
from bot.sandbox.page.page_app import sandbox_app
from bot.sandbox.page.world import DemoPerson, SandboxWorld
from bot.sandbox.telegram_server.server import LocalTelegram
from tests.browser.sandbox_bots import DiscordBot, TelegramBot

DISCORD_TOKEN = "discord-demo-token"
TELEGRAM_TOKEN = "4200:telegram-demo-token"
PEOPLE = (
    ("fan", "Fan", "fan", "#3f7d8c", HOLDER),
    ("second", "Second fan", "second fan", "#8a5a9c", SECOND_HOLDER),
    ("newcomer", "Newcomer", "newcomer", "#7c7a3a", NEWCOMER),
    ("artist", "Artist", "artist", "#b35a3c", ARTIST),
    ("moderator", "Moderator", "moderator", "#4a6fb3", None),
)


@dataclass
class Stage:
    """What a test needs of it: the page's address, the servers, the bots, ids by name."""

    url: str
    chain: LocalChain
    discord: LocalDiscord
    telegram: LocalTelegram
    discord_bot: DiscordBot
    telegram_bot: TelegramBot
    people: dict[str, DemoPerson]
    guild: int
    channels: dict[str, int]
    roles: dict[str, int]
    group: int
    news: int


@contextlib.asynccontextmanager
async def open_stage(folder: Path) -> AsyncIterator[Stage]:
    """Start everything; the chain keeps its state in `folder`."""
    async with contextlib.AsyncExitStack() as stack:
        chain = await stack.enter_async_context(LocalChain(ChainSettings(folder=folder)))
        discord, telegram = LocalDiscord(), LocalTelegram(flood_limits=False)
        for server in (discord, telegram):
            await server.start()
            stack.push_async_callback(server.stop)
        guild, channels, roles, ids = _seed_discord(discord)
        group, news, numbers = _seed_telegram(telegram)
        people = _people(ids, numbers)
        world = SandboxWorld(
            club="Tide Club",
            people=tuple(people.values()),
            wallets=(HOLDER, SECOND_HOLDER, NEWCOMER, ARTIST),
            sign=sign_text,
            chain=chain_controls(chain, await open_album(chain)),
            discord=discord.client_app(),
            telegram=telegram.client_app(),
            faults=discord_switches(discord.faults) + telegram_switches(telegram.faults),
        )
        http = await stack.enter_async_context(aiohttp.ClientSession())
        discord_bot = DiscordBot(
            http, api=discord.api_base, gateway=discord.gateway_url, token=DISCORD_TOKEN
        )
        telegram_bot = TelegramBot(http, base=telegram.base_url, token=TELEGRAM_TOKEN)
        await discord_bot.start(stack.push_async_callback)
        await telegram_bot.start(stack.push_async_callback)
        url = await _serve(world, stack)
        yield Stage(
            url,
            chain,
            discord,
            telegram,
            discord_bot,
            telegram_bot,
            people,
            guild,
            channels,
            roles,
            group,
            news,
        )


async def _serve(world: SandboxWorld, stack: contextlib.AsyncExitStack) -> str:
    app = web.Application()
    app.add_subapp("/sandbox/", sandbox_app(world))
    app.router.add_get("/sign", _sign_page)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


async def _sign_page(_: web.Request) -> web.Response:
    """A page as strict as the real sign-in page, with the demo wallets on it."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'"
    )
    script = '<script type="module" src="/sandbox/static/demo-wallet.js"></script>'
    text = f"<!doctype html><title>Sign in</title>{script}<h1>Sign in</h1>"
    headers = {"Content-Security-Policy": policy}
    return web.Response(text=text, content_type="text/html", headers=headers)


def _people(ids: dict[str, int], numbers: dict[str, int]) -> dict[str, DemoPerson]:
    return {
        key: DemoPerson(
            key=key,
            name=name,
            role=role,
            discord_id=str(ids[key]),
            telegram_id=numbers[key],
            wallet_key=wallet.key if wallet else None,
        )
        for key, name, role, _, wallet in PEOPLE
    }


def _seed_discord(
    discord: LocalDiscord,
) -> tuple[int, dict[str, int], dict[str, int], dict[str, int]]:
    bot = discord.add_application(token=DISCORD_TOKEN, name="Tide")
    guild = discord.add_guild("Tide Club", bot=bot)
    shades = {"Holder": 0x3FA27E, "First 100": 0xC98A2B, "Moderator": 0x5B7FD6, "Artist": 0xD2694A}
    roles = {name: discord.add_role(guild, name, color=color) for name, color in shades.items()}
    inner = tuple(roles.values())
    channels = {
        "start-here": discord.add_channel(
            guild, "start-here", topic="Show your copy, get in", category="Welcome", read_only=True
        ),
        "lobby": discord.add_channel(guild, "lobby", topic="For everyone", category="Welcome"),
        "listening-room": discord.add_channel(
            guild,
            "listening-room",
            topic="New songs, before anybody else",
            category="Holders",
            private_to=inner,
        ),
        "votes": discord.add_channel(
            guild, "votes", topic="What the artist asks", category="Holders", private_to=inner
        ),
        "staff": discord.add_channel(
            guild, "staff", category="Team", private_to=(roles["Moderator"], roles["Artist"])
        ),
    }
    ids = {}
    for key, name, _, color, _ in PEOPLE:
        ids[key] = discord.add_user(key, name, color=color)
        discord.join(guild, ids[key])
    for key, role in (
        ("fan", "Holder"),
        ("fan", "First 100"),
        ("second", "Holder"),
        ("artist", "Artist"),
        ("moderator", "Moderator"),
    ):
        discord.give_role(guild, ids[key], roles[role])
    return guild, channels, roles, ids


def _seed_telegram(telegram: LocalTelegram) -> tuple[int, int, dict[str, int]]:
    bot = telegram.add_bot(token=TELEGRAM_TOKEN, username="tide_club_bot", name="Tide")
    numbers = {key: telegram.add_user(key, name, color=color) for key, name, _, color, _ in PEOPLE}
    group = telegram.add_group("Tide Club", owner=numbers["artist"])
    news = telegram.add_channel("Tide news", owner=numbers["artist"])
    for account in (bot, numbers["moderator"]):
        telegram.make_admin(group, account)
        telegram.make_admin(news, account, can_post_messages=True, can_invite_users=True)
    telegram.add_member(group, numbers["second"])
    for key in ("fan", "second"):
        telegram.add_member(news, numbers[key])
    link = telegram.invite_link(group, creates_join_request=True)
    for key in ("fan", "newcomer"):
        telegram.acquaint(numbers[key], link=link)
    for number in numbers.values():
        telegram.acquaint(number, bot=bot)
    return group, news, numbers
