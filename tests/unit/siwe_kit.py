"""Sign-in texts to read, to spoil and to compare with the grammar of `siwe` 4.4.0."""

import json
import random
import string
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from abnf.grammars import rfc3986
from abnf.parser import Repeat, Repetition

from gating.errors import Refused
from gating.identity.message import SignInMessage, parse

with warnings.catch_warnings():
    # its grammar library warns at import of rules that it defines twice itself
    warnings.simplefilter("ignore")
    from siwe.grammars import eip4361
    from siwe.parsed import ABNFParsedMessage

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "siwe"
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
ADDRESS = "0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
FULL = f"""\
https://fan@club.example:8443 wants you to sign in with your Ethereum account:
{ADDRESS}

Link this wallet to the Discord account fan (id 81234) in Tide Club.

URI: https://club.example/link?from=chat#top
Version: 1
Chain ID: 31337
Nonce: 7Gq2wX9pLr4Z
Issued At: 2026-06-01T11:59:30Z
Expiration Time: 2026-06-01T14:09:30.250+02:00
Not Before: 2026-06-01T11:59:00Z
Request ID: 6b1d4c:a%20b
Resources:
- https://club.example/link/discord/81234
- ipfs://Qme7ss3ARVgxv6rXqVPiikMJ8u2NLgmgszg13pYrDKEoiu"""
"""Every field that a message can have, valid at `NOW`."""


def vectors(name: str) -> dict[str, Any]:
    """The published cases of one file, or a skip that says what was not tested."""
    path = VECTORS / f"parsing_{name}.json"
    if not path.is_file():
        pytest.skip(f"NOT TESTED: the EIP-4361 cases of {path.name} are not beside the project")
    cases: dict[str, Any] = json.loads(path.read_text())
    return cases


def refusal(text: str) -> Refused | None:
    """Why our parser does not take this text; None if it does."""
    try:
        parse(text)
    except Refused as why:
        return why
    return None


def ours(text: str) -> dict[str, Any] | None:
    """The fields that we read; None where we refuse."""
    try:
        return asdict(parse(text))
    except Refused:
        return None


def theirs(text: str) -> dict[str, Any] | None:
    """The fields that the grammar of `siwe` reads; None where it refuses."""
    try:
        found = vars(ABNFParsedMessage(text))
    except ValueError:
        return None
    named = {name: found.get(name) for name in SignInMessage.__dataclass_fields__}
    held = named["resources"]
    return {**named, "resources": None if held is None else tuple(held)}


@contextmanager
def as_the_standards_say() -> Iterator[None]:
    """The two rules of `siwe`'s grammar that are narrower than the standards, widened to them.

    EIP-4361 has `statement = *( ... )` and `siwe` has `1*( ... )`. RFC 3986 takes
    `1.2.3.4.example` for a registered name; the library, once it has seen the four numbers,
    looks no further.
    """
    host, statement = rfc3986.Rule("host"), eip4361.Rule("statement")
    narrow = statement.definition
    host.first_match_alternation = False
    statement.definition = Repetition(Repeat(0, None), narrow.element)
    try:
        yield
    finally:
        host.first_match_alternation = True
        statement.definition = narrow


def spoilt(text: str, chance: random.Random) -> str:
    """The text with one or two small mistakes or attacks in it."""
    for _ in range(chance.choice((1, 1, 1, 2))):
        text = chance.choice(_MISTAKES)(text, chance)
    return text


def _put_in(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_CHARACTERS) + text[at:]


def _changed(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(_CHARACTERS) + text[at + 1 :]


def _left_out(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _other_case(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at].swapcase() + text[at + 1 :]


def _spliced(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_TOKENS) + text[at:]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) // 2, len(text))]


def _lines_moved(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(3):
        case 0:
            lines[one], lines[other] = lines[other], lines[one]
        case 1:
            lines.insert(other, lines[one])
        case _:
            del lines[one]
    return "\n".join(lines)


def _value_set(text: str, chance: random.Random) -> str:
    """One line's value replaced by another of its kind, good or bad."""
    label, values = chance.choice(tuple(VALUES.items()))
    lines = text.split("\n")
    here = [at for at, line in enumerate(lines) if line.startswith(label)]
    if here and label:
        lines[here[-1]] = label + chance.choice(values)
    else:
        lines[0] = chance.choice(_ORIGINS) + lines[0][lines[0].find(" wants") :]
    return "\n".join(lines)


_MISTAKES = (
    _put_in,
    _changed,
    _left_out,
    _other_case,
    _spliced,
    _cut,
    _lines_moved,
    *(_value_set,) * 5,
)
_CHARACTERS = string.printable + "\0\x7f\x85é٣\uff21\u2028\u202e"
_TOKENS = (
    *("::", "%41", "%zz", "%", "//", "[", "]", "@", ":", "Z", "z", "+01:00", ".5", "://", "?"),
    *("#", "\n", "\n\n", "\r\n", " ", "1.2.3.4", "[::1]", "\nRequest ID: ", "\nResources:"),
    *("\n- a:b", "\nNot Before: 2026-06-01T00:00:00Z", "\n- ", "'", '"', "<b>", "\t", "%C3%A9"),
)
_ORIGINS = (
    *("", "club.example", "https://club.example", "HTTP+x://club.example", "1x://a", "://a"),
    *("127.0.0.1", "256.0.0.1", "127.0.0.1.nip.example", "1.2.3.4a", "01.2.3.4", "[::1]"),
    *("[::]:80", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[1::2::3]", "[::1.2.3.4]", "[1:2]"),
    *("[1:2:3:4:5:6:1.2.3.4]", "[1.2.3.4::]", "[::256.1.1.1]", "[v1.a:b]", "[v.a]", "[vg.a]"),
    *("[::12345]", "[::1]x", "[::1", "a:80", "a:", "a:8x", ":80", "u@h", "u:p@h:1", "u@h@i", "@"),
    *("a%20b", "a%2", "a%zzb", "a/b", "a?b", "a#b", "a b", "клуб.example", "[:::]", "[::1%25a]"),
    *("[1:2:3:4:5:6:7:8::]", "[1::2:3:4:5:6:7:8]", "[::01.2.3.4]", "[1:2:3:4:5:6:7:1.2.3.4]"),
    *("[1:2:3::4:5:6:1.2.3.4]", "[1:2::4:5:6:7:8]", "[1:2:3:4:5:6:7]", "[::1.2.3]", "[g::]"),
)
_URIS = (
    *("", "a:", "a:b", "a:/", "a:/b//c", "a://", "a:///b", "a://h?q#f", "a:?", "a:#", "a:b#c#d"),
    *("1a:b", "a+b-c.d:e", "a b:c", "a:b c", "a:%41", "a:%4", "a:b[c]", "a://[::1]/x", "a://[::1"),
    *("http://h:p/", "http://u@h:1/p;x=1?a=b&c=d/e?f#g/h?i", "a:b?c?d", "/relative", "//h/p", ":"),
)
_TIMES = (
    *("2026-06-01T00:00:00Z", "2026-06-01t00:00:00z", "2026-06-01 00:00:00Z", "2026-06-01"),
    *("2026-99-99T99:99:99Z", "2026-06-01T00:00:00.1+23:59", "2026-06-01T00:00:00.Z"),
    *("2026-06-01T00:00:00", "2026-06-01T00:00:00-00:00", "2026-06-01T00:00:00+0100", "٢026", ""),
    *("2026-06-01T00:00:00.123456789Z", "02026-06-01T00:00:00Z", "2026-06-01T00:00Z", "now"),
)
VALUES = {
    "": _ORIGINS,  # the first line has no label
    "URI: ": _URIS,
    "- ": _URIS,
    "Version: ": ("1", "2", "01", "", "1.0"),
    "Chain ID: ": ("1", "0", "007", "", "-1", "0x1", "1e3", "٣", "1" * 90),
    "Nonce: ": ("a" * 7, "a" * 8, "a" * 90, "abcd-efgh", "", "\uff21bcdefgh", "12345678 "),
    "Issued At: ": _TIMES,
    "Expiration Time: ": _TIMES,
    "Not Before: ": _TIMES,
    "Request ID: ": ("", "a:b@c", "a/b", "%41", "%4", "a b", "~!$&'()*+,;="),
}


SHORT = f"""\
club.example wants you to sign in with your Ethereum account:
{ADDRESS}


URI: a://b/c
Version: 1
Chain ID: 1
Nonce: 7Gq2wX9p
Issued At: 2026-06-01T11:59:30Z"""
BASES = (
    FULL,
    SHORT,
    SHORT.replace("club.example", "[::cafe]:1"),
    SHORT.replace("club.example", "u@10.0.0.7"),
    SHORT.replace("club.example", "https://a-b.c"),
    SHORT.replace("\n\n\n", "\n\nJust this.\n\n"),
    SHORT + "\nExpiration Time: 2026-06-01T14:09:30.250+02:00\nNot Before: 2026-06-01T11:59:00Z",
    SHORT + "\nRequest ID: 6b:a%20b\nResources:\n- a:b",
    SHORT + "\nResources:\n- https://a.b/c?d#e\n- ipfs://Qme7",
    SHORT + "\nResources:",
)
"""Good texts of every shape, to be spoilt; short, for the other grammar's sake."""
