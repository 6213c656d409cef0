"""The local Discord as unmodified discord.py meets it: logging in, roles, messages, answers."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands

from bot.sandbox.discord_server.acting import Cannot
from bot.sandbox.discord_server.person import NotAnswered
from tests.doors.discord_support import Club, local_club, logged_in


class Door(discord.ui.View):
    """Buttons that survive a restart."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Verify my copy", custom_id="door:verify")
    async def verify(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        await interaction.response.send_message("Open this page.", ephemeral=True)

    @discord.ui.button(label="Leave a note", custom_id="door:note")
    async def note(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        await interaction.response.send_modal(Note())

    @discord.ui.button(label="Silent", custom_id="door:silent")
    async def silent(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        return

    @discord.ui.button(label="Count", custom_id="door:count")
    async def count(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        await interaction.response.edit_message(content="Counted once", view=None)


class Note(discord.ui.Modal, title="Your note"):
    words = discord.ui.TextInput(label="Note", custom_id="words", max_length=50)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Noted: {self.words.value}", ephemeral=True)


class Bot(discord.Client):
    """A small doorkeeper written as any discord.py bot is."""

    def __init__(self, **options: object) -> None:
        super().__init__(intents=discord.Intents.all(), guild_ready_timeout=0.05, **options)
        self.tree = app_commands.CommandTree(self)
        add_commands(self.tree)

    async def setup_hook(self) -> None:
        self.add_view(Door())
        await self.tree.sync()


def add_commands(tree: app_commands.CommandTree) -> None:
    @tree.command(description="Show your copies")
    async def me(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("You hold #17")
        await interaction.followup.send("And #204", ephemeral=True)

    @tree.command(description="Find your city")
    async def city(interaction: discord.Interaction, name: str, near: bool = False) -> None:
        await interaction.response.send_message(f"{name} {near}")

    @city.autocomplete("name")
    async def cities(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        known = ["Berlin", "Bern", "Lisbon"]
        return [
            app_commands.Choice(name=k, value=k.lower())
            for k in known
            if k.lower().startswith(typed.lower())
        ]


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    async with local_club() as club:
        yield club


@pytest.fixture
async def bot(club: Club) -> AsyncIterator[Bot]:
    async with logged_in(Bot()) as client:
        yield client


def the_guild(club: Club, bot: discord.Client) -> discord.Guild:
    guild = bot.get_guild(club.guild)
    assert guild is not None
    return guild


async def post_door(club: Club, bot: discord.Client) -> discord.Message:
    return await bot.get_channel(club.lobby).send("Welcome", view=Door())


async def test_a_bot_logs_in_and_knows_the_whole_club(club: Club, bot: Bot) -> None:
    guild = the_guild(club, bot)
    assert bot.user.id == bot.application_id == club.bot
    assert guild.name == "Tide Club"
    assert {m.name for m in guild.members} == {"Doorkeeper", "fan"}
    assert {c.name for c in guild.text_channels} == {"start-here", "listening-room"}
    assert guild.get_role(club.holder) < guild.me.top_role


async def test_a_wrong_token_is_refused(club: Club) -> None:
    with pytest.raises(discord.LoginFailure):
        async with logged_in(discord.Client(intents=discord.Intents.none()), "wrong"):
            pass


async def test_a_private_answer_is_seen_by_one_person_only(club: Club, bot: Bot) -> None:
    other = club.server.add_user("newcomer", "Newcomer")
    club.server.join(club.guild, other)
    await post_door(club, bot)
    await club.fan.press(await club.fan.sees("Welcome"), "Verify my copy")
    answer = await club.fan.sees("Open this page.")
    assert answer.ephemeral
    newcomer = club.server.person(other, club.guild)
    assert [m.text for m in newcomer.messages("start-here")] == ["Welcome"]


async def test_a_deferred_command_thinks_and_then_says_more_than_once(
    club: Club, bot: Bot
) -> None:
    await club.fan.command("me")
    first, second = await club.fan.sees("#17"), await club.fan.sees("#204")
    assert first.ephemeral
    assert second.ephemeral
    assert first.json["used"]["command"] == "me"
    assert not first.pending


async def test_a_form_comes_back_with_what_was_written(club: Club, bot: Bot) -> None:
    await post_door(club, bot)
    await club.fan.press(await club.fan.sees("Welcome"), "Leave a note")
    with pytest.raises(Cannot, match="at most 50"):
        await club.fan.submit_modal(words="x" * 51)
    await club.fan.submit_modal(words="see you in Berlin")
    assert (await club.fan.sees("Noted: see you in Berlin")).ephemeral
    assert club.fan.form() is None


async def test_autocomplete_offers_what_fits(club: Club, bot: Bot) -> None:
    offered = await club.fan.autocomplete("city", "name", "be")
    assert [c["name"] for c in offered] == ["Berlin", "Bern"]
    await club.fan.command("city", name="berlin", near=True)
    await club.fan.sees("berlin True")


async def test_a_button_may_rewrite_its_own_message(club: Club, bot: Bot) -> None:
    await post_door(club, bot)
    await club.fan.press(await club.fan.sees("Welcome"), "Count")
    changed = await club.fan.sees("Counted once")
    assert changed.edited
    assert changed.buttons == []


async def test_a_bot_that_stays_silent_is_told_of_as_discord_does(club: Club, bot: Bot) -> None:
    club.server.interactions.patience = 0.2
    await post_door(club, bot)
    with pytest.raises(NotAnswered, match="This interaction failed"):
        await club.fan.press(await club.fan.sees("Welcome"), "Silent")
    assert (await club.fan.sees("Welcome")).failed == "This interaction failed"


async def test_the_role_opens_the_private_channel(club: Club, bot: Bot) -> None:
    assert club.fan.channels() == ["start-here"]
    guild = the_guild(club, bot)
    await guild.get_member(club.fan_id).add_roles(guild.get_role(club.holder), reason="holds #17")
    assert club.fan.roles() == ["Holder"]
    assert club.fan.channels() == ["listening-room", "start-here"]
    last = club.server.state.guilds[club.guild].audit[-1]
    assert last.reason == "holds #17"
    await guild.get_member(club.fan_id).remove_roles(guild.get_role(club.holder))
    assert club.fan.channels() == ["start-here"]


async def test_a_role_above_the_bots_own_cannot_be_given(club: Club, bot: Bot) -> None:
    crown = club.server.add_role(club.guild, "Artist", position=50)
    with pytest.raises(discord.Forbidden) as refusal:
        await bot.http.add_role(club.guild, club.fan_id, crown)
    assert refusal.value.code == 50013
