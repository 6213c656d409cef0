"""What a sign-in text must say for us, and what happens to one that says anything else."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from eth_account import Account as Key
from eth_account.messages import encode_defunct

from gating.adapters.recovery import personal_hash, recovered
from gating.adapters.signatures import SiweMessages
from gating.errors import NeedsPerson, Refused
from gating.identity.expected import Expected, check
from gating.identity.message import Part, SignInMessage, parse
from gating.identity.sign_in import (
    LINK_LIFETIME,
    Site,
    must_be_unaltered,
    statement,
    text_for,
)
from gating.identity.wording import must_say
from gating.model import Account, Address, LinkId, Platform, Profile
from gating.model.link import Link, LinkState, SignInText
from tests.unit.siwe_kit import FULL, NOW, theirs

FAN = Key.from_key(b"\x05" * 32)
SITE = Site("https://door.tide-club.example", "Tide Club")
ACCOUNT = Account(Platform.DISCORD, "1183274650912345678")
EXPECTED = Expected(
    scheme="https",
    domain="fan@club.example:8443",
    address="0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
    statement="Link this wallet to the Discord account fan (id 81234) in Tide Club.",
    uri="https://club.example/link?from=chat#top",
    chain_id=31337,
    nonce="7Gq2wX9pLr4Z",
    request_id="6b1d4c:a%20b",
    resources=(
        "https://club.example/link/discord/81234",
        "ipfs://Qme7ss3ARVgxv6rXqVPiikMJ8u2NLgmgszg13pYrDKEoiu",
    ),
    now=NOW,
)


def words(username: str = "tide_listener", club: str = "Tide Club", **changed: Any) -> SignInText:
    """What a fan's wallet is asked to sign."""
    link = Link(
        id=LinkId("6b1d4c0a9e7f4f0e8c6d2b1a00112233"),
        account=ACCOUNT,
        profile=Profile(username, username),
        state=LinkState.OPENED,
        issued_at=NOW,
        expires_at=NOW + LINK_LIFETIME,
    )
    site = replace(SITE, club=club)
    address = Address(FAN.address.lower())
    text = text_for(link, site, address=address, chain_id=31337, nonce="7Gq2wX9pLr4Zt0Vb8KsEmc")
    return replace(text, **changed)


TEXT = SiweMessages().write(words())


def part_at_fault(message: SignInMessage, **expected: Any) -> str | None:
    """The part by which this message is refused; None if it passes."""
    try:
        check(message, replace(EXPECTED, **expected))
    except Refused as why:
        return (
            str(why.facts["part"]) if why.code == "E-SIWE" and why.facts["reason"] else repr(why)
        )
    return None


def test_a_message_that_says_what_is_expected_passes() -> None:
    check(parse(FULL), EXPECTED)


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("scheme", "http", "scheme"),
        ("scheme", None, "scheme"),
        ("domain", "thief.example", "domain"),
        ("domain", "club.example", "domain"),
        ("domain", "FAN@club.example:8443", "domain"),
        ("address", "0x" + "5" * 40, "address"),
        ("statement", "Link this wallet to the Discord account thief.", "statement"),
        ("statement", None, "statement"),
        ("uri", "https://thief.example/link", "uri"),
        ("uri", "https://club.example/link", "uri"),
        ("version", "2", "version"),
        ("chain_id", "1", "chain-id"),
        ("chain_id", "031337", "chain-id"),
        ("nonce", "7Gq2wX9pLr4z", "nonce"),
        ("request_id", "6b1d4c:b", "request-id"),
        ("request_id", None, "request-id"),
        ("resources", None, "resources"),
        ("resources", (), "resources"),
        ("resources", EXPECTED.resources[:1] if EXPECTED.resources else (), "resources"),
        ("resources", (EXPECTED.resources or ())[::-1], "resources"),
        ("resources", (*(EXPECTED.resources or ()), "a:b"), "resources"),
    ],
)
def test_sw3_a_message_that_says_something_else_is_refused_by_that_part(
    field: str, value: Any, part: str
) -> None:
    assert part_at_fault(replace(parse(FULL), **{field: value})) == part


@pytest.mark.parametrize("field", ["scheme", "statement", "request_id", "resources"])
def test_sw3_what_was_not_asked_for_may_not_be_said_either(field: str) -> None:
    assert part_at_fault(parse(FULL), **{field: None}) == field.replace("_", "-")


SECOND = timedelta(seconds=1)


def at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("expiration_time", at(NOW - SECOND), "expiration-time"),
        ("expiration_time", at(NOW), "expiration-time"),
        ("expiration_time", at(NOW + SECOND), None),
        ("expiration_time", None, "expiration-time"),
        ("expiration_time", "2026-06-01T14:00:01+02:00", None),
        ("expiration_time", "2026-06-01T14:00:00+02:00", "expiration-time"),
        ("expiration_time", "2026-13-01T00:00:00Z", "expiration-time"),
        ("not_before", at(NOW + SECOND), "not-before"),
        ("not_before", at(NOW), None),
        ("not_before", None, None),
        ("not_before", "2026-02-30T00:00:00Z", "not-before"),
        ("issued_at", at(NOW + timedelta(hours=1)), "issued-at"),
        ("issued_at", at(NOW + timedelta(seconds=61)), "issued-at"),
        ("issued_at", at(NOW + timedelta(seconds=60)), None),
        ("issued_at", "2026-06-01T24:00:00Z", "issued-at"),
        ("issued_at", "2026-06-01T00:00:60Z", "issued-at"),
        ("issued_at", "2026-06-01T00:00:00+24:00", "issued-at"),
        ("issued_at", "2026-06-01T00:00:00+00:60", "issued-at"),
        ("issued_at", "0000-01-01T00:00:00Z", "issued-at"),
        ("issued_at", "0001-01-01T00:00:00+23:59", None),
        ("issued_at", "9999-12-31T23:59:59-23:59", "issued-at"),
    ],
)
def test_sw4_a_message_counts_only_in_its_own_time(
    field: str, value: Any, part: str | None
) -> None:
    assert part_at_fault(replace(parse(FULL), **{field: value})) == part


def test_sw4_digits_past_the_second_are_told_apart() -> None:
    message = replace(parse(FULL), expiration_time="2026-06-01T12:00:00.000001999Z")
    assert part_at_fault(message) is None
    assert part_at_fault(message, now=NOW + timedelta(microseconds=1)) == "expiration-time"


def test_sw2_one_changed_byte_anywhere_is_refused_and_some_part_is_named() -> None:
    must_be_unaltered(TEXT, TEXT)
    assert 500 <= len(TEXT) <= 700
    for at_byte in range(len(TEXT)):
        for change in (0x01, 0x20, 0x80):
            altered = bytearray(TEXT)
            altered[at_byte] ^= change
            with pytest.raises(Refused) as why:
                must_be_unaltered(TEXT, bytes(altered))
            assert why.value.code == "E-SIG"
            assert why.value.facts["part"] in set(Part)


def test_sw2_a_signature_over_any_other_byte_is_not_the_wallet_s() -> None:
    signature = bytes(FAN.sign_message(encode_defunct(TEXT)).signature)
    assert recovered(personal_hash(TEXT), signature) == FAN.address.lower()
    for at_byte in range(len(TEXT)):
        altered = bytearray(TEXT)
        altered[at_byte] ^= 1
        assert recovered(personal_hash(bytes(altered)), signature) != FAN.address.lower()


def other_of_its_kind(letter: str) -> str:
    """A neighbour that fits wherever the letter fits."""
    for kind in ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        if letter in kind:
            return kind[kind.index(letter) - 1]
    return letter


def test_sw2_the_part_that_is_named_is_the_part_that_was_changed() -> None:
    """Both where the change leaves a message that can be read, and where it does not."""
    text = TEXT.decode()
    spans = parts_of(text)
    for at_letter, letter in enumerate(text):
        other, part = other_of_its_kind(letter), spans[at_letter]
        if other == letter or part is None:
            continue
        altered = text[:at_letter] + other + text[at_letter + 1 :]
        with pytest.raises(Refused) as why:
            must_be_unaltered(TEXT, altered.encode())
        assert why.value.facts["part"] == part, altered


def parts_of(text: str) -> list[str | None]:
    """Which part each letter of a text of ours belongs to; None for what joins them."""
    message = parse(text)
    values = {
        part: getattr(message, part.replace("-", "_"))
        for part in Part
        if part not in {Part.TEXT, Part.RESOURCES}
    }
    found: list[str | None] = [None] * len(text)
    cursor = 0
    for part, value in (*values.items(), *(("resources", one) for one in message.resources or ())):
        if value is not None:
            start = text.index(value, cursor)
            cursor = start + len(value)
            found[start:cursor] = [str(part)] * len(value)
    return found


FORGERIES: dict[str, tuple[Callable[[str], str], str]] = {
    "a thief's site": (lambda t: t.replace("tide-club", "tide-clubs", 1), "domain"),
    "a scheme put before it": (lambda t: "http://" + t, "scheme"),
    "a line at its end": (lambda t: t + "\n", "text"),
    "one more resource": (lambda t: t + "\n- https://thief.example", "resources"),
    "a not-before put in": (
        lambda t: t.replace("\nRequest", f"\nNot Before: {at(NOW)}\nRequest"),
        "not-before",
    ),
    "no statement": (lambda t: t.replace(statement_of(t) + "\n", ""), "statement"),
    "other line ends": (lambda t: t.replace("\n", "\r\n"), "domain"),
    "over 2,048 bytes": (lambda t: t + "/" * 2000, "text"),
    "small letters in the address": (
        lambda t: t.replace(FAN.address, FAN.address.lower()),
        "address",
    ),
    "nothing": (lambda t: "", "domain"),
}


def statement_of(text: str) -> str:
    return text.split("\n")[3]


@pytest.mark.parametrize(("forgery", "part"), FORGERIES.values(), ids=FORGERIES)
def test_sw2_an_altered_text_is_explained_by_its_part(
    forgery: Callable[[str], str], part: str
) -> None:
    with pytest.raises(Refused) as why:
        must_be_unaltered(TEXT, forgery(TEXT.decode()).encode())
    assert (why.value.code, why.value.facts["part"]) == ("E-SIG", part)


def test_sw2_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Refused) as why:
        must_be_unaltered(TEXT, b"\xff" + TEXT)
    assert why.value.facts["part"] == "text"


def names(count: int) -> list[str]:
    """Names as strangers choose them: any script, signs of the grammar, nothing at all."""
    chance = random.Random(16)  # noqa: S311  - the same names each time
    marks = "\"'%<>\n\r\t\\`{}|^[]()#?&=+;:/@!$*,._~- \0\x7f\u200b\u202e"
    letters = ("aZ09", marks, "äßçñ", "東京кот😀", chr(0xD7FF), "\u0301")
    lengths = (0, 1, 5, 32, 100)
    return [
        "".join(chance.choice(chance.choice(letters)) for _ in range(chance.choice(lengths)))
        for _ in range(count)
    ]


def test_sw16_the_statements_of_10000_names_of_fans_and_clubs_can_all_be_read() -> None:
    text, usernames = TEXT.decode(), names(10_000)
    for username, club in pairwise([*usernames, "Tide Club"]):
        said = statement(ACCOUNT, Profile(username, ""), club)
        assert parse(text.replace(statement_of(text), said)).statement == said


def test_sw16_what_siwe_writes_for_us_says_just_what_was_meant() -> None:
    """Built by the customer's library, read by our parser and by the library's grammar."""
    for at_name, (username, club) in enumerate(pairwise(names(400))):
        meant = words(username, club)
        text = must_say(SiweMessages().write(meant), meant).decode()
        if at_name % 20 == 0:
            grammar = theirs(text)
            assert grammar is not None
            assert SignInMessage(**grammar) == parse(text)


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("statement", 'They said "yes"', "statement"),
        ("domain", "клуб.example", "domain"),
        ("request_id", "a b", "request-id"),
        ("chain_id", 0, "chain-id"),  # which siwe 4.4.0 writes as 1
    ],
)
def test_a_text_that_no_wallet_could_read_is_never_handed_out(
    field: str, value: Any, part: str
) -> None:
    meant = words(**{field: value})
    with pytest.raises(NeedsPerson) as why:
        must_say(SiweMessages().write(meant), meant)
    assert (why.value.code, why.value.facts["part"]) == ("E-SIWE", part)


@pytest.mark.parametrize("field", ["issued_at", "expires_at"])
def test_a_text_with_another_time_than_was_meant_is_never_handed_out(field: str) -> None:
    meant = words()
    other = replace(meant, **{field: getattr(meant, field) + SECOND})
    with pytest.raises(NeedsPerson) as why:
        must_say(SiweMessages().write(other), meant)
    assert why.value.facts["part"] == {"issued_at": "issued-at"}.get(field, "expiration-time")
