"""The text of rules: every example of the page is read, every mistake is told where it is."""

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from config.community import Club, read_club, read_rule
from gating.errors import NeedsPerson
from gating.model.rule import (
    Contract,
    Erc20,
    Group,
    Holds,
    Predicate,
    Rule,
    TokenIds,
    Trait,
    parts_of,
)
from gating.rules.fields import RuleMistake
from gating.rules.parse import DEEPEST, MOST_RULES, rule_of
from gating.rules.toml_lines import line_of, lines_of
from gating.rules.write import written
from tests.unit.rule_world import BOOK, RULES, TIDE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rules.md").read_text()
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
CONTRACTS = next(block for block in BLOCKS if block.startswith("[[contracts]]"))
GATES = [block for block in BLOCKS if block.startswith("[[gates]]")]
EXAMPLES = [block for block in BLOCKS if block.startswith("rule =")]
MISTAKES = re.findall(r"^\| `(rule = .*?)` \| (.*?) \|$", PAGE, re.MULTILINE)
CLUB = """\
[club]
name = "Tide Club"

[album]
name = "Tide"
chain_id = 1
contract = "0xA1a1a1a1A1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
first_block = 100

"""
TRAITS = '{"17": {"colour": "gold", "hat": "crown"},\n "18": {"colour": "blue"}}'
FRIEND = "0x" + "0F" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "traits.json").write_text(TRAITS)
    (tmp_path / "friends.csv").write_text(f"address,since\n{FRIEND},May\n")
    (tmp_path / "banned.txt").write_text(f"# out\n\n{'0x' + '0b' * 20}\n")
    return tmp_path


def club_of(folder: Path, *blocks: str) -> Club:
    path = folder / "club.toml"
    path.write_text(
        CLUB + "\n".join([*blocks, *(() if "gates" in "".join(blocks) else GATES[:1])])
    )
    return read_club(path)


@pytest.fixture
def club(folder: Path) -> Club:
    return club_of(folder, "[discord]\nguild = 7\n", CONTRACTS, GATES[1])


def told(read: Any) -> dict[str, Any]:
    with pytest.raises(NeedsPerson) as caught:
        read()
    assert caught.value.code == "E-CLUBFILE"
    return dict(caught.value.facts)


# --- the page -----------------------------------------------------------------------------------


def test_the_pages_club_is_read_with_its_contracts_lists_and_gates(folder: Path) -> None:
    club = club_of(folder, CONTRACTS, *GATES)
    names = [contract.name for contract in club.contracts]
    assert names == ["album", "tide", "stickers", "wave", "crew", "season"]
    assert [contract.decimals for contract in club.contracts] == [0, 0, 0, 18, 18, 0]
    assert club.lists["friends"] == {FRIEND.lower()}
    assert club.traits["tide"][17] == {"colour": "gold", "hat": "crown"}
    short, whole = club.gates
    assert isinstance(short.rule, TokenIds)
    assert len(parts_of(whole.rule)) == 3


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_page_is_read_and_written_back(club: Club, example: str) -> None:
    rule = read_rule(example, club.book, source="your message")
    assert read_rule(f"rule = {written(rule)}", club.book, source="mine") == rule


def every(rule: Rule) -> set[type]:
    return {type(rule)}.union(*map(every, parts_of(rule)))


def test_the_page_shows_every_rule_there_is(club: Club) -> None:
    shown = [every(read_rule(example, club.book, source="")) for example in EXAMPLES]
    assert set().union(*shown) == {*get_args(Predicate), *get_args(Group)}


def test_every_table_of_toml_on_the_page_is_one_of_these() -> None:
    assert len(BLOCKS) == len(EXAMPLES) + len(GATES) + 1
    assert len(MISTAKES) > 35


@pytest.mark.parametrize(("wrong", "words"), MISTAKES)
def test_every_mistake_of_the_page_is_told_in_those_words(
    club: Club, wrong: str, words: str
) -> None:
    facts = told(lambda: read_rule(f"# a rule\n{wrong}", club.book, source="your message"))
    assert (facts["file"], facts["line"]) == ("your message", 2)
    assert str(facts["key"]).split(".")[0] == "rule"
    assert words in re.sub(r"\brule\.(\S+\.)?", "", str(facts["what"]))


# --- where a mistake is -------------------------------------------------------------------------

LONG = """\
# from a moderator
rule = { any = [
    { holds = "album" },
    { all = [
        { token_ids = "album",
          ids = "1-100" },
        { at_least = 1, of = [ { code = "guests" },
            { linked = "discord" } ] },
    ] },
] }
""".replace('"album",\n          ids', '"album", ids')


@pytest.mark.parametrize(
    ("right", "wrong", "line", "key"),
    [
        ('holds = "album"', 'holds = "albun"', 3, "rule.any.0.holds"),
        ('ids = "1-100"', 'ids = "1-"" "', 5, ""),
        ('ids = "1-100"', 'ids = "x"', 5, "rule.any.1.all.0.ids"),
        ("at_least = 1", "at_least = 3", 6, "rule.any.1.all.1.at_least"),
        ('"discord"', '"slack"', 7, "rule.any.1.all.1.of.1.linked"),
        ('linked = "discord"', "", 7, "rule.any.1.all.1.of.1"),
        ("any", "nay", 2, "rule.nay"),
        ("# from a moderator", "x = 1", 1, "x"),
        ("rule =", "rules =", 2, "rules"),
    ],
)
def test_a_mistake_deep_inside_is_told_with_its_line_and_the_way_to_it(
    right: str, wrong: str, line: int, key: str
) -> None:
    book = BOOK.__class__({**BOOK.contracts, "album": TIDE}, BOOK.lists, BOOK.traits)
    read_rule(LONG, book, source="your message")
    text = LONG.replace(right, wrong, 1)
    assert text != LONG
    facts = told(lambda: read_rule(text, book, source="your message"))
    assert (facts["line"], facts["key"]) == (line, key)


def test_a_number_too_long_to_be_written_is_told_all_the_same() -> None:
    text = f"rule = {{ holds = 'tide', min = 0x{'f' * 9_000} }}"
    assert "beyond 2^256" in told(lambda: read_rule(text, BOOK, source="mine"))["cause"]


@pytest.mark.parametrize("text", ["", "rule = ", "[[gates]]\nid = 1", "rule = {{", "\x00", "rule"])
def test_a_message_that_is_no_rule_is_told_in_the_same_form(text: str) -> None:
    assert told(lambda: read_rule(text, BOOK, source="your message"))["file"] == "your message"


TEXTS = some.sampled_from(["a", "b c", "x.y", "é", '"', "#", "]", "=", "\\", "line\nbreak"])


def serialised(value: Any, indent: str = "\n") -> str:
    """A value as TOML, with a line break wherever TOML allows one."""
    if isinstance(value, list):
        inner = ",".join(f"{indent}# [\n {serialised(each)}" for each in value)
        return f"[{inner}{indent}]"
    if isinstance(value, dict):
        pairs = (f"{quoted(key)} = {serialised(each)}" for key, each in value.items())
        return "{ " + ", ".join(pairs) + " }"
    return str(value).lower() if isinstance(value, bool | int) else quoted(value)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


VALUES = some.recursive(
    some.integers() | some.booleans() | TEXTS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def ways(value: Any, where: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, list):
        inner = list(enumerate(value))
    elif isinstance(value, dict):
        inner = list(value.items())
    return [where, *(way for key, each in inner for way in ways(each, (*where, key)))]


@settings(max_examples=200, deadline=None)
@given(some.dictionaries(TEXTS, VALUES, max_size=3), some.lists(VALUES, max_size=3))
def test_the_line_of_every_value_is_known(tables: dict[str, Any], several: list[Any]) -> None:
    parts = [f"{quoted(key)} = {serialised(value)}" for key, value in tables.items()]
    parts += [
        f"[[list.of]]\n'v' = {serialised(value)} # end\n[list.of.sub]\nv = 1" for value in several
    ]
    parts += ['[last]\ntext = """\n[no]\n"a" = 1 ""\\""" """""\nraw = \'\'\'\n]\'\'\'']
    text = "\n".join(parts)
    data = tomllib.loads(text)
    found = lines_of(text)
    assert set(ways(data, ())) - {()} == set(found)
    lines = text.splitlines()
    for way, line in found.items():
        if isinstance(way[-1], str) and way[-1] not in {"list", "of", "sub", "last"}:
            key = way[-1]
            assert quoted(key) in lines[line - 1] or f"{key}" in lines[line - 1]
    assert line_of(text, ("last", "nothing")) == found[("last",)]


# --- there and back -----------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(RULES)
def test_a_rule_that_is_written_down_reads_as_the_same_rule(rule: Rule) -> None:
    assert read_rule(f"rule = {written(rule)}", BOOK, source="") == rule


@given(some.integers(1, 2**256 - 1), some.integers(0, 77))
def test_an_amount_is_exact_to_the_last_digit(units: int, decimals: int) -> None:
    wave = Contract("wave-20", BOOK.contracts["wave-20"].kind, TIDE.asset, decimals)
    book = BOOK.__class__({"wave-20": wave})
    rule = Erc20(wave, Holds(TIDE).wanted.__class__(units))
    again = rule_of(tomllib.loads(f"r = {written(rule)}")["r"], book)
    assert again == rule


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | TEXTS,
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(
                ["all", "any", "not", "at_least", "of", "holds", "min", "ids", "erc20"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_whatever_stands_there_it_is_a_rule_or_a_mistake_never_a_crash(value: Any) -> None:
    told_well = True
    try:
        rule_of(value, BOOK)
    except RuleMistake as mistake:
        told_well = 0 < len(mistake.cause) < 400
    assert told_well


def nested(depth: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"code": "guests"}
    for _ in range(depth - 1):
        rule = {"not": rule}
    return rule


def test_a_rule_may_not_be_deeper_or_bigger_than_a_person_can_read() -> None:
    rule_of(nested(DEEPEST), BOOK)
    with pytest.raises(RuleMistake, match="9 deep; write at most 8"):
        rule_of(nested(DEEPEST + 1), BOOK)
    fitting = {"any": [{"code": "guests"}] * (MOST_RULES - 1)}
    rule_of(fitting, BOOK)
    with pytest.raises(RuleMistake, match="more than 200 rules"):
        rule_of({"any": [*fitting["any"], {"code": "guests"}]}, BOOK)


# --- contracts, lists, traits -------------------------------------------------------------------

OTHER = (
    '[[contracts]]\nname = "wave"\nkind = "erc20"\nchain = 1\naddress = "0x' + "c3" * 20 + '"\n'
)
SAME = OTHER.replace('"wave"', '"surf"')


@pytest.mark.parametrize(
    ("block", "line", "key", "words"),
    [
        (OTHER.replace("wave", "album"), 11, "contracts.0.name", "choose another name"),
        (OTHER.replace("wave", "Wave!"), 11, "contracts.0.name", "pattern"),
        (OTHER.replace("erc20", "erc777"), 12, "contracts.0.kind", "erc721"),
        (OTHER.replace("0xc3", "0x"), 14, "contracts.0.address", "pattern"),
        (OTHER + "decimals = 78\n", 15, "contracts.0.decimals", "less than or equal to 77"),
        (OTHER.replace("erc20", "key") + "decimals = 2\n", 10, "contracts.0", "no decimals"),
        (OTHER + 'traits = "traits.json"\n', 10, "contracts.0", "no tiers or traits"),
        (OTHER + "coin = 1\n", 15, "contracts.0.coin", "is not a key"),
        (OTHER + OTHER, 10, "contracts", "two contracts are called wave"),
        (OTHER + SAME, 10, "contracts", "wave and surf are the same contract"),
        (
            OTHER + SAME.replace("erc20", "erc721"),
            10,
            "contracts",
            "wave and surf are the same contract",
        ),
        (OTHER.replace("c3", "a1"), 14, "contracts.0.address", "is the album's address"),
        (
            OTHER.replace("erc20", "erc721") + 'tiers = { gold = "9-1" }\n',
            15,
            "contracts.0.tiers.gold",
            "upside down; write 1-9",
        ),
    ],
)
def test_a_mistake_in_a_contract_is_told(
    folder: Path, block: str, line: int, key: str, words: str
) -> None:
    facts = told(lambda: club_of(folder, block))
    assert (facts["line"], facts["key"]) == (line, key)
    assert words in facts["cause"]


def test_a_rule_beside_the_short_form_is_told(folder: Path) -> None:
    gate = GATES[0] + 'rule = { holds = "album" }\n'
    facts = told(lambda: club_of(folder, gate))
    assert (facts["line"], facts["key"]) == (10, "gates.0")
    assert "keep one" in facts["cause"]


def test_a_mistake_in_a_gates_rule_is_told_with_its_own_line(folder: Path) -> None:
    facts = told(lambda: club_of(folder, CONTRACTS, GATES[1].replace("min = 3", "min = 0")))
    path = folder / "club.toml"
    line = next(
        number for number, line in enumerate(path.read_text().splitlines(), 1) if "min = 0" in line
    )
    assert (facts["line"], facts["key"]) == (line, "gates.0.rule.any.0.min")


@pytest.mark.parametrize(
    ("name", "contents", "line", "words"),
    [
        ("friends.csv", f"{FRIEND}\n0x12,short\n", 2, "has 0x12; write 0x and 40 hex digits"),
        ("friends.csv", "address\n# nobody\n", 1, "has no address in it"),
        ("friends.csv", f"{FRIEND}\nname\n", 2, "has name; write"),
        ("traits.json", '{\n "1": }', 2, "is no JSON"),
        ("traits.json", "[]", 1, "must be a table"),
        ("traits.json", '{"1": {},\n "x": {}}', 2, "is no token id"),
        ("traits.json", '{"1": {},\n "2": 3}', 2, "must be a table"),
        ("traits.json", '{"1": {},\n "2": {"hat": NaN}}', 2, "must be text or a whole number"),
        ("traits.json", '{"1": ' + "[" * 50_000, 1, "nested too deeply"),
    ],
)
def test_a_mistake_in_a_file_beside_the_club_file_is_told_with_that_file(
    folder: Path, name: str, contents: str, line: int, words: str
) -> None:
    (folder / name).write_text(contents)
    facts = told(lambda: club_of(folder, CONTRACTS))
    assert (facts["file"], facts["line"]) == (str(folder / name), line)
    assert words in facts["what"]


@pytest.mark.parametrize("name", ["nowhere.csv", "../friends.csv", "/etc/passwd", "", "latin.csv"])
def test_a_list_that_cannot_be_read_or_stands_elsewhere_is_told(folder: Path, name: str) -> None:
    (folder / "latin.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(NeedsPerson) as caught:
        club_of(folder, f'[lists]\nfriends = "{name}"\n')
    assert caught.value.code == "E-CLUBFILEREAD"


def test_traits_ask_for_what_the_artists_table_has(club: Club) -> None:
    rule = read_rule('rule = { trait = "tide", where = { hat = "crown" } }', club.book, source="")
    assert isinstance(rule, Trait)
    assert rule.traits == (("hat", "crown"),)


def test_contracts_whose_transfers_tell_enough_are_followed_from_their_first_block(
    club: Club,
) -> None:
    followed = {(asset.name, asset.kind.value): first for asset, first in club.assets.items()}
    assert followed == {
        ("Tide", "erc721"): 100,
        ("tide", "erc721"): 21_000_000,
        ("stickers", "erc1155"): 0,
        ("wave", "erc20"): 0,
    }
    assert club.chains == {1, 8453, 10}
