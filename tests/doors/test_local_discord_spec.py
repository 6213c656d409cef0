"""Whole sessions on the local Discord, held against Discord's own description of its REST API."""

import io
from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord_server import permissions
from tests.doors.discord_spec import DiscordSpec
from tests.doors.discord_support import Club, local_club, logged_in, spec_or_skip
from tests.doors.test_local_discord import Bot, Door

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02\x00\x00\x00"
    b"\x12\x16\xf1M\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    async with local_club() as club:
        yield club


@pytest.fixture
def spec(club: Club) -> DiscordSpec:
    spec = spec_or_skip()
    club.server.observers.append(spec.observe)
    return spec


def give_every_right(club: Club) -> None:
    guild = club.server.state.guilds[club.guild]
    role = guild.roles[club.server.bot_role(club.guild, club.bot)]
    role.permissions = permissions.EVERYTHING & ~permissions.ADMINISTRATOR


def the_guild(club: Club, bot: discord.Client) -> discord.Guild:
    guild = bot.get_guild(club.guild)
    assert guild is not None
    return guild


async def test_everything_a_doorkeeper_says_and_hears_fits_discords_description(
    club: Club, spec: DiscordSpec
) -> None:
    give_every_right(club)
    async with logged_in(Bot()) as bot:
        guild = the_guild(club, bot)
        await roles_and_members(club, guild)
        await channels_and_invites(guild)
        await messages(club, bot)
        await answers(club, bot)
        await commands(bot)
        await the_rest(bot, guild)
    assert spec.violations == [], "\n".join(spec.violations)
    assert len(spec.seen) > 60


async def roles_and_members(club: Club, guild: discord.Guild) -> None:
    fan = await guild.fetch_member(club.fan_id)
    role = await guild.create_role(name="First 100", colour=discord.Colour(0xAA5500), hoist=True)
    await fan.add_roles(role, reason="holds #17, first hundred")
    await fan.remove_roles(role)
    await fan.edit(nick="Fan of Tide", roles=[role])
    await role.edit(name="First hundred", permissions=discord.Permissions(view_channel=True))
    await guild.edit_role_positions({role: 2})
    await guild.fetch_roles()
    await guild.fetch_role(role.id)
    await role.delete()
    assert [m async for m in guild.fetch_members()]
    await guild.query_members("fan")
    other = club.server.add_user("stranger", "Stranger")
    club.server.join(club.guild, other)
    await guild.kick(discord.Object(other), reason="asked to")
    await guild.ban(discord.Object(other), reason="scam")
    assert [b async for b in guild.bans()]
    await guild.fetch_ban(discord.Object(other))
    await guild.unban(discord.Object(other))
    entries = [e async for e in guild.audit_logs(limit=50)]
    assert {"scam", "asked to"} <= {e.reason for e in entries}


async def channels_and_invites(guild: discord.Guild) -> None:
    category = await guild.create_category("LIVE")
    hidden = {
        guild.default_role: discord.PermissionOverwrite(view_channel=False),
        guild.me: discord.PermissionOverwrite(view_channel=True),
    }
    channel = await guild.create_text_channel("votes", category=category, overwrites=hidden)
    await channel.set_permissions(guild.roles[1], view_channel=True, send_messages=True)
    await channel.edit(topic="Where should we play?", slowmode_delay=5)
    await guild.fetch_channels()
    await channel.set_permissions(guild.roles[1], overwrite=None)
    lobby = next(c for c in guild.text_channels if c.name == "start-here")
    thread = await lobby.create_thread(name="talk", type=discord.ChannelType.public_thread)
    await thread.send("hello")
    await guild.active_threads()
    await thread.edit(archived=True)
    invite = await lobby.create_invite(max_age=600, max_uses=1)
    await guild._state._get_client().fetch_invite(invite.code)
    await lobby.invites()
    await invite.delete()
    webhook = await lobby.create_webhook(name="News")
    said = await webhook.send("A new drop", wait=True, username="Tide")
    await said.edit(content="A new drop!")
    await webhook.fetch_message(said.id)
    await lobby.webhooks()
    await said.delete()
    await webhook.delete()
    await thread.delete()
    await channel.delete()


async def messages(club: Club, bot: discord.Client) -> None:
    lobby = bot.get_channel(club.lobby)
    embed = discord.Embed(title="Tide", description="Ten songs", colour=0x123456)
    embed.add_field(name="Copies", value="1,000").set_footer(text="block 21 334 010")
    embed.set_image(url="attachment://cover.png").set_author(name="Tide")
    cover = discord.File(io.BytesIO(PNG), "cover.png", description="A wave at night")
    sent = await lobby.send("Out now", embed=embed, file=cover, view=Door(), nonce="drop-1")
    assert sent.embeds[0].image.url.startswith("http://127.0.0.1")
    note = await lobby.send(file=discord.File(io.BytesIO(b"words"), "notes.txt"))
    assert await note.attachments[0].read() == b"words"
    await note.edit(content="Notes", attachments=note.attachments)
    reply = await sent.reply("More soon", allowed_mentions=discord.AllowedMentions.none())
    assert reply.reference.message_id == sent.id
    await sent.add_reaction("👍")
    await club.fan.react(sent.id, "👍")
    found = await lobby.fetch_message(sent.id)
    assert (found.reactions[0].count, found.reactions[0].me) == (2, True)
    assert [u async for u in found.reactions[0].users()]
    await sent.remove_reaction("👍", bot.user)
    await found.clear_reactions()
    await sent.pin()
    assert [m async for m in lobby.pins()] == [sent]
    await sent.unpin()
    assert [m.id async for m in lobby.history(limit=10)][-1] == sent.id
    async with lobby.typing():
        pass
    await reply.delete()
    await note.delete()
    private = await bot.get_user(club.fan_id).create_dm()
    await private.send("Done, fan.")


async def answers(club: Club, bot: discord.Client) -> None:
    door = await club.fan.sees("Out now")
    await club.fan.press(door, "Verify my copy")
    await club.fan.press(door, "Leave a note")
    await club.fan.submit_modal(words="hi")
    await club.fan.autocomplete("city", "name", "b")
    await club.fan.command("city", name="bern")
    await club.fan.command("me")
    await club.fan.sees("#204")
    await club.fan.press(door, "Count")
    await club.fan.sees("Counted once")


async def commands(bot: Bot) -> None:
    @app_commands.command(name="vote", description="Vote for a city")
    @app_commands.describe(city="Where", weight="How much")
    @app_commands.choices(city=[app_commands.Choice(name="Berlin", value="berlin")])
    async def vote(
        interaction: discord.Interaction,
        city: str,
        weight: app_commands.Range[int, 1, 5] = 1,
        who: discord.Member | None = None,
    ) -> None:
        await interaction.response.send_message("Counted")

    guild = bot.guilds[0]
    bot.tree.add_command(vote, guild=guild)
    synced = await bot.tree.sync(guild=guild)
    assert [c.name for c in await bot.tree.fetch_commands()] == ["me", "city"]
    await synced[0].edit(description="Vote for one city")
    await bot.tree.fetch_command(synced[0].id, guild=guild)
    await synced[0].delete()


async def the_rest(bot: discord.Client, guild: discord.Guild) -> None:
    await bot.application_info()
    await bot.fetch_guild(guild.id)
    assert [g async for g in bot.fetch_guilds()]
    await bot.fetch_user(bot.user.id)
    await bot.http.get_bot_gateway()
    with pytest.raises(discord.NotFound):
        await guild.fetch_member(1)
    with pytest.raises(discord.HTTPException, match="50035"):
        await bot.get_channel(guild.text_channels[0].id).send("x" * 2001)


async def test_the_judge_notices_an_answer_that_lacks_a_field(spec: DiscordSpec) -> None:
    spec.observe("GET", "/users/@me", "/users/@me", {}, {}, None, 200, {"id": "1"})
    assert "username" in spec.violations[0] or "required" in spec.violations[0]


async def test_the_judge_notices_a_request_that_discord_would_not_take(spec: DiscordSpec) -> None:
    body = {"embeds": [{"fields": "none"}]}
    path = "/channels/{channel_id}/messages"
    spec.observe("POST", path, path, {}, {}, body, 200, None)
    assert any("request" in violation for violation in spec.violations)
