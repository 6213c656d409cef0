"""A fan looks at what is kept, takes it home, and is forgotten; the house is killed meanwhile."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.flows.house import Fan, eventually
from tests.flows.scan import hits, whole
from tests.flows.service import Outside, Process, outside

FORM = {"choices": "Ebb\nFlood", "length": "by hand", "transform": "none"}
PUBLIC = {
    ("transfer", "receiver"),
    ("transfer", "sender"),
    ("poll_census", "address"),
    ("poll_claim", "address"),
    ("poll_claim", "voter"),
    ("poll_ballot", "voter"),
    ("poll_ballot", "line"),
}
"""Where a wallet's address may stay: the chain itself, and what a vote has published."""
RESTING = {("wallet_trail", "address")}
"""And for a day, beside nobody's name: being forgotten is no way round the rest of a wallet."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def around(data: Path) -> AsyncIterator[Outside]:
    async with outside(data) as everything:
        yield everything


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(around: Outside) -> AsyncIterator[Process]:
    process = Process(around)
    await process.start()
    yield process
    await process.kill()


@pytest.fixture
def fan(around: Outside, house: Process) -> Fan:
    return Fan(around, "fan")


@pytest.fixture
def second(around: Outside, house: Process) -> Fan:
    return Fan(around, "fan2")


@pytest.fixture
def moderator(around: Outside, house: Process) -> Fan:
    return Fan(around, "moderator")


async def test_a_fan_with_both_chats_reads_everything_that_is_kept(
    fan: Fan, second: Fan, moderator: Fan, around: Outside
) -> None:
    await fan.verify_on_discord()
    await second.verify_on_discord()
    await comes_to_telegram(fan, around)
    closed = await votes(moderator, "Which song first?", [fan, second])
    await moderator.discord.press(closed, "Close the vote")
    await fan.reads("1. Flood: 2 people")
    await votes(moderator, "Which song last?", [fan, second])
    await fan.discord.command("privacy")
    kept = await fan.reads("What Tide Club keeps about you")
    assert kept.json["ephemeral"]
    for own in (fan.wallet.address.lower(), fan.discord_id, telegram_id(fan)):
        assert own in kept.text
    assert "Doors that I opened to you:** 3" in kept.text
    assert "Votes that count:** 2" in kept.text


async def test_pr2_the_file_is_about_the_caller_only_and_comes_to_the_caller_alone(
    fan: Fan, second: Fan, around: Outside
) -> None:
    kept = await fan.reads("What Tide Club keeps about you")
    await fan.discord.press(kept, "Download my data")
    message = await fan.reads("as a file")
    assert message.json["ephemeral"]
    (sent,) = message.json["attachments"]
    assert sent["filename"] == "my-data.json"
    async with aiohttp.ClientSession() as http, http.get(sent["url"]) as answer:
        taken = json.loads(await answer.read())
    bot = around.town.groups.bot
    await fan.telegram.send(bot, "privacy")
    here = await fan.telegram.sees(bot, "What Tide Club keeps about you")
    await fan.telegram.press(here, "Download my data")
    there = await fan.telegram.sees(bot, lambda view: bool(view.media))
    assert _steady(json.loads(there.media[0].data)) == _steady(taken)
    assert taken["format"] == "stagedoor-personal-data/1"
    assert {row["address"] for row in taken["wallet"]} == {fan.wallet.address.lower()}
    assert len(taken["poll_ballot"]) == 2
    whole = json.dumps(taken)
    for foreign in (second.discord_id, telegram_id(second), second.wallet.address.lower()):
        assert foreign not in whole


async def test_pr2_asked_in_a_group_it_answers_in_the_private_chat(
    fan: Fan, around: Outside
) -> None:
    groups = around.town.groups
    await fan.telegram.send(groups.holders, "/privacy")
    await fan.telegram.sees(groups.bot, "What Tide Club keeps about you")
    shown = " ".join(view.text for view in fan.telegram.messages(groups.holders))
    assert fan.wallet.address.lower() not in shown


async def test_pr2_forgetting_asks_once_more_and_says_what_goes_and_what_stays(
    fan: Fan, around: Outside
) -> None:
    kept = await fan.reads("What Tide Club keeps about you")
    await fan.discord.press(kept, "Forget me")
    asked = await fan.reads("Forget you, for good?")
    assert "What goes:" in asked.text.replace("*", "")
    assert "What stays:" in asked.text.replace("*", "")
    assert await around.count("wallet") == 2
    assert "Holder" in fan.discord.roles()


async def test_pr4_two_taps_and_a_kill_between_word_and_deed_close_every_door_once(
    fan: Fan, second: Fan, around: Outside, house: Process
) -> None:
    asked = await fan.reads("Forget you, for good?")
    around.discord.faults.delay, around.discord.faults.only = 2.0, "/roles/"
    await fan.discord.press(asked, "Yes, forget me")
    await fan.reads("has forgotten you")
    await fan.discord.press(asked, "Yes, forget me")
    await fan.reads("keeps nothing about you any more")
    await house.kill()
    assert await around.count("outbox WHERE erase AND state = 'due'") > 0
    around.discord.faults.clear()
    await around.a_minute_passes()
    await house.start()
    await eventually(lambda: not {"Holder", "First 100"} & set(fan.discord.roles()))
    await eventually(lambda: not fan.telegram.is_member(around.town.groups.holders))
    await fan.telegram.sees(around.town.groups.bot, "You asked in your other chat")
    await around.settles()
    assert "Holder" in second.discord.roles()


async def test_pr2_after_it_no_table_and_no_log_line_knows_the_fan(
    fan: Fan, around: Outside
) -> None:
    ids, address = (fan.discord_id, telegram_id(fan)), fan.wallet.address.lower()
    assert await hits(around.database, ids) == set()
    left = await hits(around.database, (address, address[2:]))
    assert {(table, column) for table, column, _ in left} - PUBLIC == RESTING
    log = (around.data / "house.log").read_text().lower()
    for trace in (*ids, address, address[2:]):
        assert not whole(trace).search(log), trace


async def test_pr2_the_open_vote_lost_the_ballot_and_the_closed_one_kept_it(
    second: Fan, around: Outside
) -> None:
    status, page = await second.browser.get(f"{around.url}/polls/{await _poll(around, 'open')}")
    assert status == 200
    assert "1 person" in page
    status, page = await second.browser.get(
        f"{around.url}/polls/{await _poll(around, 'recorded')}"
    )
    assert "2 people" in page


async def test_pr2_afterwards_the_fan_is_a_newcomer_who_may_link_and_vote_again(
    fan: Fan, moderator: Fan, around: Outside
) -> None:
    await fan.discord.command("me")
    await fan.reads("No wallet is linked to this account yet")
    seen = {view.id for view in fan.discord.everything() if "Done. You hold" in _plain(view)}
    await fan.verify_on_discord()
    await fan.reads("Done. You hold #17 and #204", besides=seen)
    await eventually(lambda: {"Holder", "First 100"} <= set(fan.discord.roles()))
    before = {view.id for view in fan.discord.everything() if "Counted:" in view.text}
    await fan.discord.press(await fan.reads("Which song last?"), "Ebb")
    await fan.reads("Counted: Ebb, weight 2", besides=before)
    announced = [v for v in moderator.discord.everything() if "Which song last? is" in _plain(v)]
    await moderator.discord.press(announced[-1], "Close the vote")
    await fan.reads("1. Ebb: 1 person, weight 2")


async def comes_to_telegram(fan: Fan, around: Outside) -> None:
    groups = around.town.groups
    await fan.telegram.tap_invite(groups.link)
    await fan.discord.command("code")
    given = await fan.reads("Send this code to me in the other chat")
    code = next(word for word in given.text.replace("`", " ").split() if word.count("-") == 1)
    await fan.telegram.send(groups.bot, code.rstrip("."))
    await eventually(lambda: fan.telegram.is_member(groups.holders), what="let in")


async def votes(moderator: Fan, title: str, fans: list[Fan]) -> Any:
    """A new vote in which each of these presses Flood; the moderator's own message about it."""
    await moderator.discord.command("vote_new")
    await moderator.discord.submit_modal(title=title, **FORM)
    announced = await moderator.reads(f"{title} is announced in every chat")
    for fan in fans:
        before = {view.id for view in fan.discord.everything() if "Counted:" in view.text}
        await fan.discord.press(await fan.reads(title), "Flood")
        await fan.reads("Counted: Flood", besides=before)
    return announced


def telegram_id(fan: Fan) -> str:
    return str(fan.demo.town.person(fan.key).telegram_id)


async def _poll(around: Outside, state: str) -> str:
    ((poll,),) = await around.rows("SELECT id FROM poll WHERE state = :state", state=state)
    return str(poll)


def _plain(view: Any) -> str:
    return str(view.text).replace("**", "").replace("\\", "")


def _steady(taken: dict[str, Any]) -> dict[str, Any]:
    """Without what looking at it changes: when it was made, and what was said meanwhile."""
    return {name: rows for name, rows in taken.items() if name not in ("made_at", "outbox")}
