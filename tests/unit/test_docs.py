"""What is written about the house agrees with the house."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands.table import WORDS
from bot.texts.english import SENTENCES
from config.community import read_club
from config.settings import PREFIX, Settings
from gating.adapters.sql import held as access_held
from gating.model.personal import Whose
from governance.adapters import held as votes_held

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
TEXT_PATH = re.compile(r"`((?:bot|gating|governance|config|tests|docs)/[\w./-]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"E-[A-Z]+")
RAISING = ("gating", "governance", "config", "bot")
SAID_NOWHERE = {
    "E-SLOW",  # stands only in a row of the outbox, as the reason why it is tried again
}


def codes_in(path: Path) -> Iterator[str]:
    """Every failure code that stands as a whole string in this file."""
    for node in ast.walk(ast.parse(path.read_text())):
        said = node.value if isinstance(node, ast.Constant) else None
        if isinstance(said, str) and CODE.fullmatch(said):
            yield said


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_readme(name: str) -> None:
    assert f"| `{PREFIX}{name.upper()}` |" in README


def test_the_readme_names_no_setting_that_is_not_there() -> None:
    named = set(re.findall(rf"`{PREFIX}(\w+)` \|", README))
    assert named == {name.upper() for name in Settings.model_fields}


def test_every_word_that_people_may_use_stands_in_the_readme_and_no_other() -> None:
    table = README.split("### Words people may use")[1].split("\n## ")[0]
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(named) == sorted(word for word, _, _ in WORDS)


def test_every_command_stands_in_the_readme() -> None:
    missing = [name for name in main.commands if f"`python -m bot {name}" not in README]
    assert missing == []


def test_every_failure_code_has_its_sentence() -> None:
    raised: dict[str, str] = {}
    for package in RAISING:
        for path in (ROOT / package).rglob("*.py"):
            where = str(path.relative_to(ROOT))
            if not where.startswith("bot/texts/"):
                raised.update(dict.fromkeys(codes_in(path), where))
    assert len(raised) > 50
    silent = {code: where for code, where in raised.items() if code not in SENTENCES}
    assert set(silent) == SAID_NOWHERE, silent


def test_no_page_names_a_failure_code_that_has_no_sentence() -> None:
    named = {(page.name, code) for page in PAGES for code in CODE.findall(page.read_text())}
    assert sorted((page, code) for page, code in named if code not in SENTENCES) == []


def test_the_example_club_file_is_a_club() -> None:
    club = read_club(ROOT / "config" / "tide.toml")
    assert club.name == "Tide Club"
    assert [gate.name for gate in club.gates] == ["Holder", "First 100"]


def test_the_guide_names_every_key_of_the_club_file() -> None:
    guide = (ROOT / "docs" / "first-club.md").read_text()
    keys = re.findall(r"^(\w+) =", (ROOT / "config" / "tide.toml").read_text(), re.MULTILINE)
    assert [key for key in keys if not re.search(rf"\b{key}\b", guide)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text()):
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    named = TEXT_PATH.findall(page.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_guide_asks_discord_for_exactly_the_rights_it_names() -> None:
    guide = (ROOT / "docs" / "first-club.md").read_text()
    bits = {
        "View Channels": 1 << 10,
        "Send Messages": 1 << 11,
        "Embed Links": 1 << 14,
        "Attach Files": 1 << 15,
        "Read Message History": 1 << 16,
        "Manage Roles": 1 << 28,
    }
    words = " ".join(guide.split())
    assert f"permissions={sum(bits.values())}" in guide
    assert ", ".join(bits) in words


def test_the_page_on_privacy_names_every_table_that_knows_a_person() -> None:
    page = (ROOT / "docs" / "privacy.md").read_text()
    register = {**access_held.HELD, **votes_held.HELD}
    about = [name for name, held in register.items() if held.whose is not Whose.NOBODY]
    table = "".join(line for line in page.splitlines() if line.startswith("| `"))
    assert [name for name in about if f"`{name}`" not in table] == []
