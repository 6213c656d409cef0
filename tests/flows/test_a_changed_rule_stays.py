"""A rule from the chat over restarts and changed files, and a changed file that is tried first."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.flows.house import Fan, eventually
from tests.flows.service import ROOT, Outside, Process, outside
from tests.flows.test_a_rule_is_tried import tries

LISTED = 'rule = { any = [ { holds = "album", min = 2 }, { allowlist = "friends" } ] }'
LISTS = '\n[lists]\nfriends = "friends.csv"\n'
TABLES = ("audit", "outbox", "held_pass", "asset", "rule_change")
HOLDER = 'id = "holder"\nname = "Holder"\n'


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def around(data: Path) -> AsyncIterator[Outside]:
    async with outside(data) as everything:
        (data / "friends.csv").write_text("0x" + "ab" * 20 + "\n")
        path = everything.club_path
        path.write_text(path.read_text() + LISTS)
        yield everything


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(around: Outside) -> AsyncIterator[Process]:
    process = Process(around)
    await process.start()
    yield process
    await process.kill()


@pytest.fixture
def people(around: Outside, house: Process) -> dict[str, Fan]:
    return {person.key: Fan(around, person.key) for person in around.town.people}


def changed(around: Outside, before: str, after: str) -> Path:
    """A copy of the club file with something else in it."""
    text = around.club_path.read_text()
    assert before in text
    path = around.data / "changed.toml"
    path.write_text(text.replace(before, after))
    return path


async def tried(house: Process, path: Path) -> tuple[int, str]:
    """The exit code of `try-club`, and what it says."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "try-club", str(path)),
        *("--club", str(house.around.club_path)),
        cwd=ROOT,
        env=house.settings(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await running.communicate()
    assert running.returncode is not None
    return running.returncode, (said + complained).decode()


async def test_a_changed_file_is_tried_and_says_by_name_who_would_gain_and_lose(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    for key in ("fan", "fan2"):
        await people[key].verify_on_discord()
        await eventually(lambda key=key: "Holder" in people[key].discord.roles())
    role = around.town.server.first_role
    path = changed(around, HOLDER, HOLDER + "at_least = 2\ngrace_hours = 48\n")
    path.write_text(
        path.read_text().replace('id = "first-100"', 'id = "early"')
        + f'\n[[gates]]\nid = "crew"\nname = "Crew"\ndiscord_roles = [{role}]\n'
    )
    code, said = await tried(house, path)
    assert code == 0, said
    assert "Gate Holder (holder) changes." in said
    assert 'Rule now:  { holds = "album", min = 1 }' in said
    assert 'Rule then: { holds = "album", min = 2 }' in said
    assert "The grace is 48 hours, no longer 0." in said
    assert "Gain it: 0. Lose it: 1 (fan2). Not known: 0. 1 keep it, 0 stay outside." in said
    assert "New gate Crew (crew)." in said
    assert f"It opens discord {role}." in said
    assert "Gate First 100 (first-100) goes; what it opened ends after 24 hours." in said
    assert said.endswith("2 fans were looked at. Nothing was changed.\n")


async def test_trying_writes_nothing_and_the_same_file_changes_nothing(
    around: Outside, house: Process
) -> None:
    before = [await around.count(table) for table in TABLES]
    code, said = await tried(house, around.club_path)
    assert code == 0
    assert "Gate Holder (holder) stays as it is.\nGate First 100 (first-100) stays" in said
    assert [await around.count(table) for table in TABLES] == before


async def test_a_file_that_would_be_refused_is_refused_with_line_and_key(
    around: Outside, house: Process
) -> None:
    path = changed(around, HOLDER, HOLDER + 'rule = { holds = "albun" }\n')
    code, said = await tried(house, path)
    assert code == 2
    assert "changed.toml, line" in said
    assert 'gates.0.rule.holds is "albun"; did you mean album?' in said


async def test_a_rule_from_the_chat_still_counts_after_a_crash(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    moderator = people["moderator"]
    await tries(moderator, LISTED)
    await moderator.discord.press(await moderator.reads("Lose it: 1 (fan2)"), "Apply")
    await eventually(lambda: "Holder" not in people["fan2"].discord.roles())
    await around.settles()
    await house.kill()
    await around.a_minute_passes()
    await house.start()
    await moderator.discord.command("rule", gate="holder")
    shown = await moderator.reads("has a rule from the chat, set by moderator")
    assert LISTED.removeprefix("rule = ") in shown.text
    await moderator.discord.command("recheck", fan="@fan2")
    await moderator.reads("I looked at")
    await around.settles()
    assert "Holder" not in people["fan2"].discord.roles()


async def test_a_try_of_a_file_says_what_becomes_of_the_chat_s_rule(
    around: Outside, house: Process
) -> None:
    code, said = await tried(house, changed(around, 'name = "Holder"', 'name = "Owner"'))
    assert code == 0
    assert "It is called Owner, no longer Holder." in said
    assert "the chat's goes on counting" in said
    code, said = await tried(house, changed(around, HOLDER, HOLDER + "at_least = 3\n"))
    assert code == 0
    assert "the file's counts; the moderators are told" in said


async def test_a_start_is_refused_while_the_chat_s_rule_names_what_left_the_file(
    around: Outside, house: Process
) -> None:
    path = changed(around, LISTS, "")
    code, said = await tried(house, path)
    assert code == 2
    assert "The rule of the gate holder that moderators set in the chat on" in said
    assert "rule.any.1.allowlist" in said
    assert said.rstrip().endswith("[E-RULEKEPT]")


async def test_a_file_that_says_another_rule_counts_and_moderators_read_so(
    around: Outside, house: Process, people: dict[str, Fan]
) -> None:
    path = changed(around, HOLDER, HOLDER + "lowest = 1\n")
    await house.stop()
    around.club_path.write_text(path.read_text())
    await house.start()
    await people["moderator"].reads("the file counts from now on")
    await eventually(lambda: "Holder" in people["fan2"].discord.roles(), within=30)
    await around.settles()
    assert await around.count("rule_change") == 2
