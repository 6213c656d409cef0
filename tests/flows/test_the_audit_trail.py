"""A moderator asks what changed access: who, when, at which block, why, and was it done."""

import csv
import io
import json
from typing import Any

import aiohttp

from bot.sandbox.demo import Demo
from tests.flows.house import PATIENCE, Fan, eventually
from tests.flows.test_selling_ends_telegram_too import nothing_is_due


async def test_the_newest_changes_are_told_with_their_outcome(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    await fan.verify_on_discord()
    await eventually(lambda: "Holder" in fan.discord.roles(), what="the role")
    await eventually(lambda: nothing_is_due(demo), what="everything is done")
    await moderator.discord.command("audit", words="opened 7d @fan")
    told = await moderator.reads("What changed access")
    assert "pass.open fan holder, linked a wallet, block" in told.text
    assert "(done)" in told.text.replace("\\", "")
    assert "As CSV" in told.buttons


async def test_the_whole_trail_comes_as_csv_and_as_json_with_wallets_shortened(
    fan: Fan, moderator: Fan, demo: Demo
) -> None:
    told = await moderator.reads("What changed access")
    for button, name in (("As CSV", "audit.csv"), ("As JSON", "audit.json")):
        await moderator.discord.press(told, button)
        written = await the_file(moderator, name)
        rows: list[dict[str, Any]] = (
            list(csv.DictReader(io.StringIO(written)))
            if name.endswith("csv")
            else json.loads(written)
        )
        assert {row["what"] for row in rows} == {"pass.open"}
        assert {row["gate"] for row in rows} == {"holder", "first-100"}
        assert fan.wallet.address.lower() not in written.lower()


async def test_a_word_that_is_not_known_is_named(moderator: Fan) -> None:
    await moderator.discord.command("audit", words="everybody")
    await moderator.reads("I do not know everybody")


async def the_file(moderator: Fan, name: str) -> str:
    """What is in the file of this name, once it was sent."""
    message = await moderator.discord.sees(
        lambda m: file_of(m, name) is not None, timeout=PATIENCE
    )
    async with aiohttp.ClientSession() as http, http.get(str(file_of(message, name))) as answer:
        return await answer.text()


def file_of(message: Any, name: str) -> str | None:
    """Where the file of this name lies, if the message brings it."""
    sent = message.json.get("attachments", [])
    return next((str(each["url"]) for each in sent if each["filename"] == name), None)


async def test_nobody_but_a_moderator_reads_the_trail(newcomer: Fan) -> None:
    await newcomer.discord.command("audit")
    await newcomer.reads("Only the club's moderators can do that")
