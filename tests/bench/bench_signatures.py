"""How many signatures a core checks: `python -m tests.bench.bench_signatures [texts] [rounds]`.

One core, one run, the same signed texts for all and in turns, so that a busy moment hits each
alike. Seconds are of CPU. The limit is libsecp256k1's recovery alone, called through `coincurve`.
"""

import os
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median
from time import process_time

import coincurve
from eth_account import Account as Key
from eth_account.messages import encode_defunct

from gating.adapters.recovery import personal_hash, recovered
from gating.adapters.signatures import SiweMessages
from gating.identity.sign_in import LINK_LIFETIME, Site, must_be_unaltered, text_for
from gating.identity.wording import must_say
from gating.model import Account, Address, LinkId, Platform, Profile
from gating.model.link import Link, LinkState, SignInText
from tests.bench.machine import describe

with warnings.catch_warnings():
    # its grammar library warns at import of rules that it defines twice itself
    warnings.simplefilter("ignore")
    from siwe import SiweMessage
    from siwe.parsed import ABNFParsedMessage

SITE = Site("https://door.tide-club.example", "Tide Club")
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
TARGET_RATE = 2_000
TARGET_RATIO = 20


@dataclass(frozen=True, slots=True)
class Signed:
    """One sign-in as the server meets it: what it asked, what came back, and its bare parts."""

    words: SignInText
    text: bytes
    sent: bytes
    signature: str
    raw: bytes
    digest: bytes


def main(texts: int = 100, rounds: int = 7) -> None:
    on = describe()
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    signed = [signed_text(at) for at in range(1, texts + 1)]
    print(f"{on}; {_versions()}")
    print(f"core {core}; {texts} texts of {len(signed[0].text)} bytes, {rounds} rounds")
    rates = measured(signed, rounds)
    _table(rates)
    _verdict(f"{TARGET_RATE:,} a second", rates[OURS] >= TARGET_RATE)
    _verdict(f"{TARGET_RATIO} times siwe", rates[OURS] >= TARGET_RATIO * rates[SIWE])


def _verdict(target: str, met: bool) -> None:
    print(f"target of {target}: {'met' if met else 'MISSED'}")


def measured(signed: Sequence[Signed], rounds: int) -> dict[str, float]:
    """Operations per second of each way, the median of the rounds."""
    spent: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            some = signed[: max(1, len(signed) // 10)] if "siwe" in name else signed
            start = process_time()
            way(some)
            spent[name].append((process_time() - start) / len(some))
    return {name: 1 / median(times) for name, times in spent.items()}


def _table(rates: dict[str, float]) -> None:
    print(f"{'':52}{'a second':>12}{'x siwe':>10}{'of limit':>10}")
    for name, rate in rates.items():
        times, share = rate / rates[SIWE], rate / rates[LIMIT]
        print(f"{name:52}{rate:12,.0f}{times:10,.1f}{share:10.1%}")


def _recover(signed: Sequence[Signed]) -> None:
    for one in signed:
        coincurve.PublicKey.from_signature_and_message(one.raw, one.digest, None)


def _check_stored(signed: Sequence[Signed]) -> None:
    for one in signed:
        must_be_unaltered(one.text, one.sent)
        signature = bytes.fromhex(one.signature[2:])
        assert recovered(personal_hash(one.text), signature) == one.words.address


def _check_by_siwe(signed: Sequence[Signed]) -> None:
    for one in signed:
        said = one.words
        message = SiweMessage.from_message(one.sent.decode())
        message.verify(one.signature, domain=said.domain, nonce=said.nonce, timestamp=NOW)


def _read(signed: Sequence[Signed]) -> None:
    for one in signed:
        must_say(one.text, one.words)


def _read_by_siwe(signed: Sequence[Signed]) -> None:
    for one in signed:
        ABNFParsedMessage(one.text.decode())


LIMIT = "libsecp256k1 recovery alone (coincurve)"
OURS = "stored bytes and signature (ours)"
SIWE = "parse and verify (siwe 4.4.0)"
WAYS: dict[str, Callable[[Sequence[Signed]], None]] = {
    LIMIT: _recover,
    OURS: _check_stored,
    SIWE: _check_by_siwe,
    "read and check every field (ours, when asking)": _read,
    "read by its grammar only (siwe 4.4.0)": _read_by_siwe,
}


def signed_text(at: int) -> Signed:
    key = Key.from_key(at.to_bytes(32))
    link = Link(
        id=LinkId(f"{at:032x}"),
        account=Account(Platform.DISCORD, "1183274650912345678"),
        profile=Profile("tide_listener", "Tide Listener"),
        state=LinkState.OPENED,
        issued_at=NOW,
        expires_at=NOW + LINK_LIFETIME,
    )
    address = Address(key.address.lower())
    words = text_for(link, SITE, address=address, chain_id=1, nonce=f"{at:022d}")
    text = SiweMessages().write(words)
    signature = bytes(key.sign_message(encode_defunct(text)).signature)
    raw = signature[:64] + bytes([signature[64] - 27])
    # a copy: what comes from outside is never the same object as what is stored
    return Signed(
        words, text, bytes(bytearray(text)), "0x" + signature.hex(), raw, personal_hash(text)
    )


def _versions() -> str:
    return ", ".join(f"{name} {version(name)}" for name in ("coincurve", "siwe", "abnf"))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
