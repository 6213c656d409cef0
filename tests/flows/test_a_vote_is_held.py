"""A moderator holds a vote on a snapshot block; fans vote by tap; anyone can check the record."""

import asyncio
import shutil
import sys
from pathlib import Path

from bot.sandbox.chain.album import transfer_copy
from bot.sandbox.demo import Demo
from tests.flows.house import Fan, eventually

FORM = {
    "title": "Where should we play?",
    "choices": "Lisbon\nBerlin\nPorto",
    "length": "by hand",
    "transform": "none",
}


async def test_only_a_moderator_can_open_a_vote(fan: Fan) -> None:
    await fan.discord.command("vote_new")
    await fan.reads("Only the club's moderators can do that")


async def test_a_moderator_opens_a_vote_and_both_chats_show_it(
    moderator: Fan, fan: Fan, second_fan: Fan, demo: Demo
) -> None:
    await fan.verify_on_discord()
    await second_fan.telegram.tap_invite(demo.town.groups.link)
    link = await second_fan.link_on_telegram()
    await second_fan.sign_in(link)
    holders = demo.town.groups.holders
    await eventually(lambda: second_fan.telegram.is_member(holders), what="let in")
    await moderator.discord.command("vote_new")
    await moderator.discord.submit_modal(**FORM)
    await moderator.reads("is announced in every chat")
    poll = await fan.reads("Where should we play?")
    assert poll.buttons[:3] == ["Lisbon", "Berlin", "Porto"]
    assert "2 people hold 3 copies" in poll.text
    await second_fan.telegram.sees(holders, "Where should we play?")


async def test_a_tap_counts_with_the_weight_held_at_the_snapshot_even_after_a_sale(
    fan: Fan, newcomer: Fan, demo: Demo
) -> None:
    await transfer_copy(demo.chain, demo.album, 204, fan.wallet, newcomer.wallet)
    await demo.chain.mine(2 * demo.chain.settings.epoch + 3)
    poll = await fan.reads("Where should we play?")
    await fan.discord.press(poll, "Lisbon")
    counted = await fan.reads("Counted: Lisbon, weight 2")
    await fan.discord.press(counted, "Why this weight?")
    await fan.reads("you held 2 copies at block")


async def test_who_bought_after_the_snapshot_is_told_so(newcomer: Fan) -> None:
    await newcomer.verify_on_discord()
    poll = await newcomer.reads("Where should we play?")
    await newcomer.discord.press(poll, "Berlin")
    await newcomer.reads("Copies bought later count in the next vote")


async def test_a_vote_from_telegram_counts_and_may_be_changed(second_fan: Fan, demo: Demo) -> None:
    groups = demo.town.groups
    poll = await second_fan.telegram.sees(groups.holders, "Where should we play?")
    await second_fan.telegram.press(poll, "Porto")
    await second_fan.telegram.sees(groups.bot, "Counted: Porto, weight 1")
    await second_fan.telegram.press(poll, "Berlin")
    await second_fan.telegram.sees(groups.bot, "Counted: Berlin, weight 1")


async def test_the_moderator_closes_and_both_chats_get_the_result_card(
    moderator: Fan, fan: Fan, second_fan: Fan, demo: Demo
) -> None:
    announced = await moderator.reads("is announced in every chat")
    poll = await fan.reads("One tap votes")
    in_group = await second_fan.telegram.sees(demo.town.groups.holders, "One tap votes")
    await moderator.discord.press(announced, "Close the vote")
    result = await fan.reads("1. Lisbon: 1 person, weight 2 (66.7 %)")
    assert "Berlin: 1 person, weight 1 (33.3 %)" in result.text
    card = result.json["attachments"][0]
    assert "Result of Where should we play?: Lisbon 1 person" in card["description"]
    shown = await second_fan.telegram.sees(demo.town.groups.holders, "1. Lisbon")
    assert shown.media or shown.text
    ended = await fan.reads("This vote is closed.")
    assert (ended.id, ended.buttons) == (poll.id, [])
    assert int(result.id) > int(poll.id)
    closed = await second_fan.telegram.sees(demo.town.groups.holders, "This vote is closed.")
    assert (closed.id, closed.labels) == (in_group.id, ())
    assert shown.id > in_group.id


async def test_a_stranger_checks_the_record_and_a_flipped_byte_names_its_step(
    demo: Demo, tmp_path: Path
) -> None:
    published = next((demo.settings.data / "records").iterdir())
    code, said = await verify(published)
    assert code == 0, said
    assert "FAIL" not in said
    copy = tmp_path / "record"
    shutil.copytree(published, copy)
    ballots = copy / "ballots.ndjson"
    raw = bytearray(ballots.read_bytes())
    raw[len(raw) // 2] ^= 1
    ballots.write_bytes(bytes(raw))
    code, said = await verify(copy)
    assert code == 1
    assert "FAIL" in said


async def test_the_public_page_shows_the_result_and_the_files(demo: Demo, fan: Fan) -> None:
    poll = next((demo.settings.data / "records").iterdir()).name
    status, page = await fan.browser.get(f"{demo.url}/polls/{poll}")
    assert status == 200
    assert "Lisbon" in page
    status, body = await fan.browser.get(f"{demo.url}/polls/{poll}/record/tally.json")
    assert status == 200
    assert body.startswith("{")


async def verify(folder: Path) -> tuple[int, str]:
    """What the README tells a stranger to run."""
    checking = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "verify-record", str(folder), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await checking.communicate()
    return checking.returncode or 0, said.decode()
