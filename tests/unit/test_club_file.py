"""Each mistake in the club file is one sentence that says where it is."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.dialogue import plain
from bot.texts.words import say
from config.chains import Habits
from config.community import read_club
from gating.errors import NeedsPerson
from gating.model import Account, Address, GateId, Platform
from gating.model.delegation import Registry, Rights
from gating.model.rule import Ids, TokenIds
from tests.unit.club_kit import CLUB, STICKERS, club_file, complaint_about

__all__ = ["club_file"]


def test_a_good_file_says_what_the_club_is(club_file: Path) -> None:
    club = read_club(club_file)
    assert (club.name, club.asset.chain_id, club.discord_guild) == ("Tide Club", 1, 7)
    assert club.asset.contract == "0x" + "a1" * 20
    assert club.artists == {Account(Platform.DISCORD, "41"), Account(Platform.TELEGRAM, "42")}
    first = club.gates[1]
    assert first.id == GateId("first")
    assert first.rule == TokenIds(club.book.contracts["album"], Ids(((1, 100),)))
    assert [(each.platform, each.target) for each in first.passes] == [
        (Platform.DISCORD, "52"),
        (Platform.TELEGRAM, "-1001"),
    ]


def test_places_of_telegram_may_be_topics(club_file: Path) -> None:
    telegram = "[telegram.places]\nvotes = -9\nops = -8\n[telegram.topics]\nvotes = 12\n"
    club_file.write_text(f"{CLUB}\n{telegram}")
    club = read_club(club_file)
    assert club.telegram_places == {"votes": -9, "ops": -8}
    assert club.telegram_topics == {"votes": 12}


@pytest.mark.parametrize(
    ("topics", "key", "cause"),
    [
        ("drops = 12", "telegram", "topics names drops, which is none of the places"),
        ("votes = 0", "telegram.topics.votes", "greater than 0"),
        ('votes = "12/3"', "telegram.topics.votes", "integer"),
    ],
)
def test_a_topic_that_is_none_is_told_with_its_line(
    club_file: Path, topics: str, key: str, cause: str
) -> None:
    club_file.write_text(f"{CLUB}\n[telegram.places]\nvotes = -9\n[telegram.topics]\n{topics}\n")
    told = complaint_about(club_file)
    assert told.facts["key"] == key
    assert cause in str(told.facts["cause"])


MISTAKES: dict[str, tuple[str, str, int, str, str]] = {
    "a key nobody knows": ("accent =", "acent =", 3, "club.acent", "is not a key"),
    "a table nobody knows": ("[discord]", "[dicsord]", 12, "dicsord", "is not a key"),
    "a key left out": ('name = "Tide"\n', "", 7, "album.name", "is missing"),
    "an empty name": ('"Tide Club"', '""', 2, "club.name", "at least 1 character"),
    "a colour that is none": ("#0f6f78", "teal", 3, "club.accent", "pattern"),
    "an account without platform": ('"discord:43"', '"43"', 5, "club.moderators.0", "pattern"),
    "a contract cut short": ("0xA1a1", "0xA1", 10, "album.contract", "pattern"),
    "a chain that is text": ("chain_id = 1", 'chain_id = "one"', 9, "album.chain_id", "integer"),
    "a chain below one": ("chain_id = 1", "chain_id = 0", 9, "album.chain_id", "greater than 0"),
    "a guild that is text": ("guild = 7", 'guild = "x"', 13, "discord.guild", "integer"),
    "a place that is text": ("ops = 71", 'ops = "x"', 15, "discord.places.ops", "integer"),
    "a gate's id in capitals": ('"first"', '"First!"', 23, "gates.1.id", "pattern"),
    "a range below zero": ("lowest = 1", "lowest = -1", 25, "gates.1.lowest", "greater than"),
    "a copy beyond all": (
        "highest = 100",
        f"highest = 0x1{'0' * 9_000}",
        26,
        "gates.1.highest",
        "less than or equal to",
    ),
    "a role that is text": ("[52]", '["x"]', 27, "gates.1.discord_roles.0", "integer"),
    "a range upside down": ("lowest = 1\n", "lowest = 101\n", 22, "gates.1", "lowest is greater"),
    "two gates of one name": ('"first"', '"holder"', 17, "gates", "two gates are called holder"),
    "gates by another name": ("[[gates]]", "[[gate]]", 17, "gate", "is not a key"),
    "a key above all tables": ("[club]", "\nx = 1\n[club]", 2, "x", "is not a key"),
    "no TOML at all": ("[club]", "[club", 1, "", "line 1"),
    "a value twice": ('accent = "#0f6f78"', 'name = "Again"', 3, "", "line 3"),
}


def test_without_the_table_no_delegation_counts(club_file: Path) -> None:
    assert read_club(club_file).delegation is None


@pytest.mark.parametrize(
    ("written", "rights", "first_block"),
    [
        ("", b"fanclub".hex().ljust(64, "0"), 9),
        ('rights = "tide:vip"\nfirst_block = 5', b"tide:vip".hex().ljust(64, "0"), 5),
        (f'rights = "0x{"Ab" * 32}"', "ab" * 32, 9),
    ],
)
def test_sw15_a_club_names_the_right_that_counts_and_may_leave_the_rest_out(
    club_file: Path, written: str, rights: str, first_block: int
) -> None:
    album = CLUB.replace("chain_id = 1\n", "chain_id = 1\nfirst_block = 9\n")
    club_file.write_text(f"{album}\n[delegation]\n{written}\n")
    assert read_club(club_file).delegation == Registry(
        1, Address("0x00000000000000447e69651d841bd8d104bed493"), Rights(rights), first_block
    )


def test_each_chain_may_be_followed_in_its_own_way(club_file: Path) -> None:
    stickers = STICKERS + "[chains.8453]\nconfirmations = 10\nstill_minutes = 0\n"
    club_file.write_text(CLUB + stickers, encoding="utf-8")
    habits = read_club(club_file).habits
    assert habits == {1: Habits(2, 15), 8453: Habits(10, 0)}
    assert (habits[1].still_after, habits[8453].still_after) == (timedelta(minutes=15), None)


def test_a_chain_that_no_contract_is_on_is_told(club_file: Path) -> None:
    club_file.write_text(CLUB + "[chains.10]\nconfirmations = 4\n", encoding="utf-8")
    told = complaint_about(club_file).facts
    assert (told["key"], told["cause"]) == (
        "chains.10",
        "is a chain that no contract of this file is on",
    )


@pytest.mark.parametrize("rights", ["", "two words", "x" * 33, "tidé", "0x" + "g" * 64])
def test_a_right_that_the_registry_cannot_keep_is_told(club_file: Path, rights: str) -> None:
    club_file.write_text(f'{CLUB}\n[delegation]\nrights = "{rights}"\n')
    assert complaint_about(club_file).facts["key"] == "delegation.rights"


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line_its_key_and_one_sentence(
    club_file: Path, mistake: tuple[str, str, int, str, str]
) -> None:
    right, wrong, line, key, words = mistake
    assert right in CLUB
    count = -1 if right == "[[gates]]" else 1
    club_file.write_text(CLUB.replace(right, wrong, count))
    told = complaint_about(club_file).facts
    assert (told["file"], told["key"]) == (str(club_file), key)
    assert told["line"] == line
    assert words in str(told["cause"])
    sentence = plain(say("E-CLUBFILE", told))
    assert "\n" not in sentence
    assert "  " not in sentence
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("contents", "code", "words"),
    [
        (None, "E-CLUBFILEREAD", "No such file"),
        (b"\xff\xfe\x00", "E-CLUBFILEREAD", "not UTF-8"),
        (b"x = " + b"[" * 20_000, "E-CLUBFILE", "nested"),
        (b"x = " + b"9" * 5_000, "E-CLUBFILE", "number"),
        (b"", "E-CLUBFILE", "is missing"),
    ],
    ids=["absent", "not text", "endlessly nested", "a number without end", "empty"],
)
def test_a_file_that_cannot_be_read_is_told_in_the_same_form(
    tmp_path: Path, contents: bytes | None, code: str, words: str
) -> None:
    path = tmp_path / "club.toml"
    if contents is not None:
        path.write_bytes(contents)
    assert words in str(complaint_about(path, code).facts["cause"])


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "directory" in str(complaint_about(tmp_path, "E-CLUBFILEREAD").facts["cause"])


LINES = CLUB.splitlines()
SCRAPS = some.sampled_from([*LINES, "[", "]", "=", "[[gates]]", '"', "x = 1", "{", "gates = 3"])


@settings(max_examples=150, deadline=None)
@given(some.binary(max_size=200) | some.lists(SCRAPS, max_size=30).map("\n".join))
def test_whatever_the_file_holds_it_is_read_or_told_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, contents: bytes | str
) -> None:
    path = tmp_path_factory.mktemp("club") / "club.toml"
    path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    told = complaint_or_none(path)
    assert told is None or is_told_well(told)


def is_told_well(told: NeedsPerson) -> bool:
    """With the line of the mistake, or, of a file that is no text at all, without."""
    if told.code == "E-CLUBFILEREAD":
        return "line" not in told.facts
    return (told.code, type(told.facts["line"])) == ("E-CLUBFILE", int)


def test_a_club_file_that_is_not_there_is_told_without_a_line(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson) as caught:
        read_club(tmp_path / "nope.toml")
    told = plain(say(caught.value.code, caught.value.facts))
    assert told == f"The club file {tmp_path}/nope.toml cannot be read: No such file or directory."


def complaint_or_none(path: Path) -> NeedsPerson | None:
    try:
        read_club(path)
    except NeedsPerson as told:
        return told
    return None


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(some.sampled_from([n for n, line in enumerate(LINES) if "=" in line]), VALUES)
def test_any_value_under_any_key_is_taken_or_told(
    tmp_path_factory: pytest.TempPathFactory, number: int, value: Any
) -> None:
    lines = list(LINES)
    lines[number] = lines[number].split("=")[0] + "= " + json.dumps(value)
    path = tmp_path_factory.mktemp("club") / "club.toml"
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    told = complaint_or_none(path)
    assert told is None or told.code == "E-CLUBFILE"
