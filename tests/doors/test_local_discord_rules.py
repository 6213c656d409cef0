"""What Discord refuses, with its own codes: rights, order, limits, late and double answers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox.discord_server import permissions
from bot.sandbox.discord_server.acting import Cannot
from bot.sandbox.discord_server.person import NotAnswered
from bot.sandbox.discord_server.screen import NotSeen
from bot.sandbox.discord_server.state import Overwrite
from tests.doors.discord_support import TOKEN, Club, local_club, logged_in

Json = dict[str, Any]


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    async with local_club() as club:
        yield club


class Asker(discord.Client):
    """Answers an interaction as each test wants."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.all(), guild_ready_timeout=0.05)
        self.asked: asyncio.Queue[discord.Interaction] = asyncio.Queue()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await self.asked.put(interaction)


@pytest.fixture
async def bot(club: Club) -> AsyncIterator[Asker]:
    async with logged_in(Asker()) as client:
        yield client


async def say(club: Club, method: str, path: str, **options: Any) -> tuple[int, Any]:
    """One request as the bot; gives the status and the JSON."""
    headers = {"Authorization": f"Bot {TOKEN}"}
    url = club.server.api_base + path
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, headers=headers, **options) as answer,
    ):
        return answer.status, await answer.json() if answer.content_length else None


def button(**changes: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Vote", "custom_id": "vote"} | changes


def row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


REFUSED = [
    ("content", {"content": "x" * 2001}, "content"),
    ("six rows", {"components": [row(button(custom_id=str(n))) for n in range(6)]}, "components"),
    (
        "six buttons in a row",
        {"components": [row(*(button(custom_id=str(n)) for n in range(6)))]},
        "components.0.components",
    ),
    (
        "a long custom id",
        {"components": [row(button(custom_id="x" * 101))]},
        "components.0.components.0.custom_id",
    ),
    (
        "a long label",
        {"components": [row(button(label="x" * 81))]},
        "components.0.components.0.label",
    ),
    ("the same id twice", {"components": [row(button(), button())]}, "components"),
    (
        "26 options",
        {
            "components": [
                row(
                    {
                        "type": 3,
                        "custom_id": "city",
                        "options": [{"label": str(n), "value": str(n)} for n in range(26)],
                    }
                )
            ]
        },
        "components.0.components.0.options",
    ),
    ("eleven embeds", {"embeds": [{"title": "x"}] * 11}, "embeds"),
    ("a long embed title", {"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
    ("embeds too large in all", {"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    (
        "26 fields",
        {"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]},
        "embeds.0.fields",
    ),
    (
        "a field without value",
        {"embeds": [{"fields": [{"name": "a"}]}]},
        "embeds.0.fields.0.value",
    ),
    (
        "mentions both parsed and listed",
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
    ),
]


@pytest.mark.parametrize(("what", "body", "where"), REFUSED, ids=[r[0] for r in REFUSED])
async def test_a_message_out_of_bounds_is_refused_at_the_field_that_is_wrong(
    club: Club, what: str, body: Json, where: str
) -> None:
    status, answer = await say(club, "POST", f"/channels/{club.lobby}/messages", json=body)
    assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
    node = answer["errors"]
    for key in where.split("."):
        node = node[key]
    assert node["_errors"][0]["code"]
    assert club.fan.messages("start-here") == []


async def test_the_longest_allowed_message_is_taken(club: Club) -> None:
    rows = [row(*(button(custom_id=f"{r}{n}") for n in range(5))) for r in range(5)]
    body = {"content": "x" * 2000, "components": rows}
    assert (await say(club, "POST", f"/channels/{club.lobby}/messages", json=body))[0] == 200


CODES = [
    ("GET", "/channels/1/messages", 404, 10003),
    ("GET", "/channels/{lobby}/messages/1", 404, 10008),
    ("GET", "/guilds/1", 404, 10004),
    ("GET", "/guilds/{guild}/members/{stranger}", 404, 10007),
    ("GET", "/guilds/{guild}/members/1", 404, 10013),
    ("PUT", "/guilds/{guild}/members/{fan}/roles/1", 404, 10011),
    ("PUT", "/guilds/{guild}/members/{stranger}/roles/{holder}", 404, 10007),
    ("PUT", "/guilds/{guild}/members/{fan}/roles/{guild}", 403, 50013),
    ("PUT", "/guilds/{guild}/members/{fan}/roles/{bots}", 403, 50013),
    ("GET", "/guilds/{guild}/bans", 403, 50013),
    ("POST", "/guilds/{guild}/channels", 403, 50013),
    ("POST", "/channels/{lobby}/messages", 400, 50006),
    ("POST", "/interactions/1/none/callback", 404, 10062),
    ("POST", "/webhooks/1/none", 404, 10015),
    ("GET", "/guilds/not-a-number", 400, 50035),
    ("GET", "/nowhere", 404, 0),
]


@pytest.mark.parametrize(("method", "path", "status", "code"), CODES)
async def test_each_refusal_has_discords_status_and_code(
    club: Club, method: str, path: str, status: int, code: int
) -> None:
    stranger = club.server.add_user("stranger", "Stranger")
    path = path.format(
        lobby=club.lobby,
        guild=club.guild,
        fan=club.fan_id,
        holder=club.holder,
        bots=club.server.bot_role(club.guild, club.bot),
        stranger=stranger,
    )
    body = {} if method in ("GET", "PUT") else {"json": {}}
    answer = await say(club, method, path, **body)
    assert (answer[0], answer[1]["code"]) == (status, code)


async def test_without_a_good_token_nothing_is_answered(club: Club) -> None:
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": "Bot wrong"}
        async with session.get(club.server.api_base + "/users/@me", headers=headers) as answer:
            assert answer.status == 401
            assert await answer.json() == {"message": "401: Unauthorized", "code": 0}


async def test_another_bots_own_role_can_be_given_to_nobody(club: Club) -> None:
    music = club.server.add_application(token="another", name="Music")
    club.server.invite_bot(club.guild, music)
    theirs = club.server.bot_role(club.guild, music)
    club.server.move_role(club.guild, theirs, 0)
    path = f"/guilds/{club.guild}/members/{club.fan_id}/roles/{theirs}"
    assert (await say(club, "PUT", path))[1]["code"] == 50013


async def test_a_role_that_lets_in_wins_over_one_that_shuts_out(club: Club) -> None:
    shut = club.server.add_role(club.guild, "Paused")
    room = club.server.state.channels[club.room]
    room.overwrites[shut] = Overwrite(shut, 0, 0, permissions.VIEW_CHANNEL)
    club.server.give_role(club.guild, club.fan_id, shut)
    assert "listening-room" not in club.fan.channels()
    club.server.give_role(club.guild, club.fan_id, club.holder)
    assert "listening-room" in club.fan.channels()
    room.overwrites[club.fan_id] = Overwrite(club.fan_id, 1, 0, permissions.VIEW_CHANNEL)
    assert "listening-room" not in club.fan.channels()


async def test_a_bot_without_the_right_gives_no_role(club: Club) -> None:
    guild = club.server.state.guilds[club.guild]
    own = guild.roles[club.server.bot_role(club.guild, club.bot)]
    own.permissions &= ~permissions.MANAGE_ROLES
    path = f"/guilds/{club.guild}/members/{club.fan_id}/roles/{club.holder}"
    assert (await say(club, "PUT", path))[1]["code"] == 50013
    assert club.fan.roles() == []


async def test_a_role_moved_above_the_bot_can_no_longer_be_taken(club: Club) -> None:
    club.server.give_role(club.guild, club.fan_id, club.holder)
    club.server.move_role(club.guild, club.holder, 90)
    path = f"/guilds/{club.guild}/members/{club.fan_id}/roles/{club.holder}"
    assert (await say(club, "DELETE", path))[1]["code"] == 50013
    assert club.fan.roles() == ["Holder"]


async def test_a_channel_hidden_from_the_bot_gives_missing_access(club: Club) -> None:
    room = club.server.state.channels[club.room]
    room.overwrites.pop(club.server.bot_role(club.guild, club.bot))
    body = {"content": "hello?"}
    answer = await say(club, "POST", f"/channels/{club.room}/messages", json=body)
    assert (answer[0], answer[1]["code"]) == (403, 50001)


async def test_closed_private_messages_give_50007(club: Club, bot: Asker) -> None:
    club.fan.close_dms()
    with pytest.raises(discord.Forbidden) as refusal:
        await bot.get_user(club.fan_id).send("psst")
    assert refusal.value.code == 50007
    await club.fan.open_dm()
    await bot.get_user(club.fan_id).send("Done, fan.")
    assert [m.text for m in club.fan.messages("dm")] == ["Done, fan."]


async def post_vote(bot: Asker, club: Club) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Vote", custom_id="vote"))
    await bot.get_channel(club.lobby).send("Where?", view=view)


async def pressed(club: Club, bot: Asker) -> tuple[discord.Interaction, asyncio.Task[Any]]:
    await post_vote(bot, club)
    press = asyncio.ensure_future(club.fan.press(await club.fan.sees("Where?"), "Vote"))  # noqa: TID251  - awaited below
    return await asyncio.wait_for(bot.asked.get(), 2), press


async def test_an_interaction_is_acknowledged_once(club: Club, bot: Asker) -> None:
    interaction, press = await pressed(club, bot)
    await interaction.response.send_message("Counted", ephemeral=True)
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    body = {"type": 4, "data": {"content": "again"}}
    status, answer = await say(club, "POST", path, json=body)
    assert (status, answer["code"]) == (400, 40060)
    await press


async def test_an_answer_after_three_seconds_finds_no_interaction(club: Club, bot: Asker) -> None:
    assert club.server.interactions.patience == 3.0
    club.server.interactions.patience = 0.1
    interaction, press = await pressed(club, bot)
    with pytest.raises(NotAnswered):
        await press
    with pytest.raises(discord.NotFound) as refusal:
        await interaction.response.send_message("too late")
    assert refusal.value.code == 10062


async def test_a_token_lasts_fifteen_minutes() -> None:
    now = [datetime(2026, 6, 12, 18, tzinfo=UTC)]
    async with local_club(clock=lambda: now[0]) as club, logged_in(Asker()) as bot:
        interaction, press = await pressed(club, bot)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await press
        now[0] += timedelta(minutes=15)
        await interaction.edit_original_response(content="in time")
        now[0] += timedelta(seconds=1)
        with pytest.raises(discord.HTTPException) as refusal:
            await interaction.followup.send("too late")
        assert refusal.value.code == 50027


async def test_a_private_answer_is_not_a_message_of_the_channel(club: Club, bot: Asker) -> None:
    interaction, press = await pressed(club, bot)
    await interaction.response.send_message("Only you", ephemeral=True)
    await press
    private = await interaction.original_response()
    with pytest.raises(discord.NotFound) as refusal:
        await bot.get_channel(club.lobby).fetch_message(private.id)
    assert refusal.value.code == 10008
    await interaction.edit_original_response(content="Still only you")
    seen = await club.fan.sees("Still only you")
    club.fan.dismiss(seen)
    assert [m.text for m in club.fan.messages("start-here")] == ["Where?"]
    await interaction.delete_original_response()


async def test_an_answer_must_fit_the_question(club: Club, bot: Asker) -> None:
    interaction, press = await pressed(club, bot)
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    choices = {"type": 8, "data": {"choices": []}}
    assert (await say(club, "POST", path, json=choices))[1]["code"] == 50035
    rows = [{"type": 1, "components": [{"type": 4, "custom_id": "a", "label": "x", "style": 1}]}]
    form = {"title": "x" * 46, "custom_id": "note", "components": rows}
    _, answer = await say(club, "POST", path, json={"type": 9, "data": form})
    assert answer["errors"]["data"]["title"]["_errors"]
    await interaction.response.defer()
    await press


async def test_a_command_list_with_a_capital_letter_is_refused(club: Club) -> None:
    body = [{"name": "Verify", "description": "Link a wallet"}]
    path = f"/applications/{club.bot}/commands"
    _, answer = await say(club, "PUT", path, json=body)
    assert (
        answer["errors"]["0"]["name"]["_errors"][0]["code"] == "APPLICATION_COMMAND_INVALID_NAME"
    )


async def test_a_file_above_ten_mebibytes_is_refused(club: Club) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", '{"content": "master"}')
    form.add_field("files[0]", b"x" * (10 * 1024 * 1024 + 1), filename="master.wav")
    status, answer = await say(club, "POST", f"/channels/{club.lobby}/messages", data=form)
    assert (status, answer["code"]) == (413, 40005)


async def test_a_link_to_a_file_runs_out_after_a_day() -> None:
    now = [datetime(2026, 6, 12, 18, tzinfo=UTC)]
    async with local_club(clock=lambda: now[0]) as club, aiohttp.ClientSession() as session:
        sent = await club.fan.send("start-here", "listen", [("demo.mp3", b"0123456789")])
        url = sent.attachments[0]["url"]
        async with session.get(url, headers={"Range": "bytes=2-4"}) as answer:
            assert (answer.status, await answer.read()) == (206, b"234")
        async with session.get(url.replace("hm=", "hm=0")) as answer:
            assert answer.status == 404
        now[0] += timedelta(hours=24)
        async with session.get(url) as answer:
            assert answer.status == 404


async def test_mentions_ping_only_those_that_the_bot_allows(club: Club) -> None:
    text = f"<@{club.fan_id}> @everyone <@&{club.holder}>"
    path = f"/channels/{club.lobby}/messages"
    quiet = {"content": text, "allowed_mentions": {"parse": []}}
    _, silent = await say(club, "POST", path, json=quiet)
    assert (silent["mentions"], silent["mention_everyone"]) == ([], False)
    _, loud = await say(club, "POST", path, json={"content": text})
    assert [u["username"] for u in loud["mentions"]] == ["fan"]
    assert loud["mention_roles"] == [str(club.holder)]
    assert loud["mention_everyone"] is False  # the bot lacks the right to shout


async def test_a_person_cannot_do_what_the_client_does_not_offer(club: Club, bot: Asker) -> None:
    club.server.add_channel(club.guild, "news", read_only=True)
    with pytest.raises(Cannot, match="cannot write in #news"):
        await club.fan.send("news", "hi")
    with pytest.raises(Cannot, match="You see no channel 'listening-room'"):
        await club.fan.send("listening-room", "hi")
    with pytest.raises(Cannot, match="no command /mint"):
        await club.fan.command("mint")
    await post_vote(bot, club)
    with pytest.raises(Cannot, match="there are: Vote"):
        await club.fan.press(await club.fan.sees("Where?"), "Verify")


async def test_what_is_not_seen_is_reported_with_what_is(club: Club) -> None:
    await club.fan.send("start-here", "hello")
    with pytest.raises(NotSeen, match="#start-here Fan: 'hello'"):
        await club.fan.sees("goodbye", timeout=0.05)
