"""Our reading of EIP-4361 against its published cases, its grammar, and itself."""

import random
from dataclasses import asdict, replace
from datetime import datetime
from string import ascii_letters, digits
from time import process_time
from typing import Any

import pytest
from eth_utils.address import to_checksum_address
from hypothesis import given, settings
from hypothesis import strategies as st
from siwe import SiweMessage

from gating.errors import Refused
from gating.identity.message import MOST_BYTES, SignInMessage, parse, write
from tests.unit.siwe_kit import (
    ADDRESS,
    BASES,
    FULL,
    as_the_standards_say,
    ours,
    refusal,
    spoilt,
    theirs,
    vectors,
)

FIELDS = {"chainId": "chain_id", "issuedAt": "issued_at"}


def test_sw1_all_19_good_cases_are_read_field_by_field_and_written_back_the_same() -> None:
    cases = vectors("positive")
    assert len(cases) == 19
    for name, case in cases.items():
        wanted = {FIELDS.get(key, key): value for key, value in case["fields"].items()}
        read = ours(case["message"])
        assert read is not None, name
        said = {key: value for key, value in read.items() if value is not None}
        known = {key: value for key, value in wanted.items() if value is not None}
        known["chain_id"] = str(known["chain_id"])
        if "resources" in known:
            known["resources"] = tuple(known["resources"])
        assert said == known, name
        assert write(parse(case["message"])) == case["message"], name


PART_AT_FAULT = {
    "missing domain": "domain",
    "missing address": "address",
    "missing uri": "uri",
    "missing version": "version",
    "missing chainId": "chain-id",
    "missing nonce": "nonce",
    "missing issuedAt": "issued-at",
    "out of order uri": "uri",
    "out of order version": "version",
    "out of order chainId": "chain-id",
    "out of order nonce": "nonce",
    "out of order issuedAt": "issued-at",
    "out of order expirationTime": "expiration-time",
    "out of order notBefore": "not-before",
    "out of order requestId": "request-id",
    "out of order resources": "not-before",  # the line that follows the resources
    "domain not RFC4501 authority": "domain",
    "address not EIP-55": "address",
    "statement has line break": "statement",
    "uri is non-RFC 3986": "uri",
    "version not 1": "version",
    "not a valid chainId": "chain-id",
    "nonce with less then 8 chars": "nonce",
    "non-ISO 8601 issuedAt": "issued-at",
    "non-ISO 8601 expirationTime": "expiration-time",
    "non-ISO 8601 notBefore": "not-before",
    "resources not separated by line break": "resources",
    "first resource not-RFC 3986": "resources",
    "second resource is not-RFC3986": "resources",
}


def test_sw1_all_29_bad_cases_are_refused_by_the_part_that_is_bad() -> None:
    cases = vectors("negative")
    assert len(cases) == 29
    refused = {name: refusal(text) for name, text in cases.items()}
    assert all(why is not None and why.code == "E-SIWE" for why in refused.values())
    assert {name: why and why.facts["part"] for name, why in refused.items()} == PART_AT_FAULT


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS.lower(),
        "0x" + ADDRESS[2:].upper(),
        "0X" + ADDRESS[2:],
        ADDRESS.replace("C02a", "C02A"),
        ADDRESS[:-1],
        ADDRESS + "0",
        ADDRESS[2:],
    ],
)
def test_sw1_an_address_without_its_eip_55_capitals_is_refused(address: str) -> None:
    why = refusal(FULL.replace(ADDRESS, address))
    assert why is not None
    assert why.facts["part"] == "address"


@given(st.binary(min_size=20, max_size=20))
def test_sw1_the_capitals_of_any_address_are_those_that_other_libraries_write(raw: bytes) -> None:
    address = to_checksum_address(raw)
    assert parse(FULL.replace(ADDRESS, address)).address == address


_NAME = ascii_letters + digits + "-._~!$&'()*+,;="


def _made_of(characters: str, *, least: int = 0, escaped: bool = True) -> st.SearchStrategy[str]:
    escapes = ["%41", "%c3", "%Ab"] if escaped else []
    letter = st.sampled_from([*characters, *escapes])
    return st.lists(letter, min_size=least, max_size=12).map("".join)


SCHEME = st.builds(
    str.__add__,
    st.sampled_from(ascii_letters),
    _made_of(ascii_letters + digits + "+-.", escaped=False),
)
HOST = st.one_of(
    _made_of(_NAME, least=1),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map("[{}]".format),
    st.sampled_from(["[v1.a:b]", "[::]", "[1:2:3:4:5:6:1.2.3.4]", "1.2.3.4.example"]),
)
AUTHORITY = st.builds(
    "{}{}{}".format,
    st.one_of(st.just(""), _made_of(_NAME + ":").map("{}@".format)),
    HOST,
    st.one_of(st.just(""), _made_of(digits, escaped=False).map(":{}".format)),
)
PATH = st.one_of(st.just(""), _made_of(_NAME + ":@/").map("/{}".format))
URI = st.builds(
    "{}:{}{}{}".format,
    SCHEME,
    st.one_of(
        st.builds("//{}{}".format, AUTHORITY, PATH),
        _made_of(_NAME + ":@", least=1),
        st.just(""),
    ),
    st.one_of(st.just(""), _made_of(_NAME + ":@/?").map("?{}".format)),
    st.one_of(st.just(""), _made_of(_NAME + ":@/?").map("#{}".format)),
)
TIME = st.builds(
    "{:%Y-%m-%dT%H:%M:%S}{}{}".format,
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["", ".5", ".123456789"]),
    st.sampled_from(["Z", "z", "+05:30", "-23:59"]),
)
MESSAGE = st.builds(
    SignInMessage,
    scheme=st.none() | SCHEME,
    domain=AUTHORITY,
    address=st.binary(min_size=20, max_size=20).map(to_checksum_address),
    statement=st.none() | _made_of(_NAME + " :/?#[]@", escaped=False),
    uri=URI,
    version=st.just("1"),
    chain_id=_made_of(digits, least=1, escaped=False),
    nonce=_made_of(ascii_letters + digits, least=8, escaped=False),
    issued_at=TIME,
    expiration_time=st.none() | TIME,
    not_before=st.none() | TIME,
    request_id=st.none() | _made_of(_NAME + ":@"),
    resources=st.none() | st.lists(URI, max_size=3).map(tuple),
)


@given(MESSAGE)
@settings(max_examples=150, deadline=None)
def test_sw1_every_message_is_read_back_as_it_was_written(message: SignInMessage) -> None:
    assert parse(write(message)) == message


@given(MESSAGE)
@settings(max_examples=30, deadline=None)
def test_sw1_what_we_write_the_grammar_reads(message: SignInMessage) -> None:
    text = write(message)
    with as_the_standards_say():
        assert theirs(text) == ours(text)


@given(st.randoms(use_true_random=False), st.sampled_from(BASES))
@settings(max_examples=400, deadline=None)
def test_sw1_every_text_that_is_read_is_written_back_to_the_letter(
    chance: random.Random, text: str
) -> None:
    altered = spoilt(text, chance)
    if refusal(altered) is None:
        assert write(parse(altered)) == altered


@given(st.text(max_size=300) | st.text("wants: \nURI0x[]%@#", max_size=300))
def test_sw1_no_text_at_all_is_more_than_refused(text: str) -> None:
    assert refusal(text) is not None


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("domain", "club.example wants you", "domain"),
        ("domain", "https://club.example", "scheme"),
        ("statement", "All is well.\n\nURI: https://thief.example", "statement"),
        ("statement", 'Say "yes"', "statement"),
        ("uri", "https://club.example\nVersion: 1", "uri"),
        ("nonce", "12345678\nIssued At: 2026-06-01T00:00:00Z", "nonce"),
        ("version", "2", "version"),
        ("request_id", "a\nResources:\n- a:b", "request-id"),
        ("resources", ("a:b\n- c:d",), "resources"),
        ("resources", ("not one",), "resources"),
        ("chain_id", "", "chain-id"),
    ],
)
def test_no_message_is_written_that_would_be_read_as_another(
    field: str, value: Any, part: str
) -> None:
    message = replace(parse(FULL), scheme=None) if field == "domain" else parse(FULL)
    with pytest.raises(Refused) as why:
        write(replace(message, **{field: value}))
    assert why.value.facts["part"] == part


@pytest.mark.parametrize("left_out", ["statement", "not_before", "request_id", "resources", None])
def test_what_siwe_writes_and_what_we_write_is_the_same(left_out: str | None) -> None:
    said = asdict(parse(FULL))
    if left_out:
        said[left_out] = None
    listed = {**said, "resources": said["resources"] and list(said["resources"])}
    text = SiweMessage(**listed).prepare_message()
    assert write(SignInMessage(**said)) == text
    assert parse(text) == SignInMessage(**said)


def test_sw5_a_text_over_2048_bytes_is_refused_before_it_is_looked_at() -> None:
    many = "\n- a:" * 10_000
    for text in (_sized(MOST_BYTES + 1), "x" * 2**20, FULL + many, "é" * 1025, "\n" * 2**20):
        why, spent = _timed(text)
        assert why is not None
        assert why.facts["part"] == "text"
        assert spent < 0.005
    assert refusal(_sized(MOST_BYTES)) is None


@pytest.mark.parametrize(
    "filling",
    ["%", "%41", ":", "::", "@", "[", "[::]", "/", "?", "#", ".", "1.", "0:", "\n", "\n- ", "- "],
)
def test_sw5_the_worst_text_of_2048_bytes_costs_less_than_5_ms(filling: str) -> None:
    marks = (
        " wants",
        "\n\nURI",
        "\nVersion",
        "\nChain",
        "\nIssued",
        "\nExpiration",
        "\nResources",
    )
    for mark in (*marks, ""):
        room = MOST_BYTES - len(FULL)
        hostile = (filling * room)[:room]
        text = FULL.replace(mark, hostile + mark, 1) if mark else FULL + hostile
        assert _timed(text)[1] < 0.005, mark


def _sized(size: int) -> str:
    """A good text of exactly so many bytes."""
    return FULL + "/" * (size - len(FULL))


def _timed(text: str) -> tuple[Refused | None, float]:
    """The best of three, so that a busy machine is not taken for a slow parser."""
    spent = []
    for _ in range(3):
        start = process_time()
        why = refusal(text)
        spent.append(process_time() - start)
    return why, min(spent)
