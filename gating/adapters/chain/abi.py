"""The few words of the contract ABI that the house reads and writes. Pure.

A general encoder costs fifteen times as much; these calls all have one form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WORD = 32
AGGREGATE3 = bytes.fromhex("82ad56cb")
"""aggregate3((address,bool,bytes)[]) of Multicall3."""


class BadAnswer(Exception):
    """Bytes that are not what was asked for."""


@dataclass(frozen=True, slots=True)
class Call:
    """A question to a contract: 20 bytes of address, and calldata."""

    target: bytes
    data: bytes


def word(number: int) -> bytes:
    return number.to_bytes(WORD, "big")


def call_of(contract: str, selector: str, *words: bytes) -> Call:
    """A call whose arguments are all words: `selector` in hex."""
    return Call(bytes.fromhex(contract[2:]), bytes.fromhex(selector) + b"".join(words))


def address_word(address: str) -> bytes:
    return bytes(12) + bytes.fromhex(address[2:])


def aggregate3(calls: Sequence[Call]) -> bytes:
    """Calldata that asks all of them at once, each of which may fail."""
    parts: list[bytes] = []
    heads: list[bytes] = []
    offset = WORD * len(calls)
    for call in calls:
        padding = -len(call.data) % WORD
        heads.append(word(offset))
        parts.append(
            bytes(12)
            + call.target
            + word(1)  # it may fail
            + word(3 * WORD)
            + word(len(call.data))
            + call.data
            + bytes(padding)
        )
        offset += 4 * WORD + len(call.data) + padding
    return b"".join([AGGREGATE3, word(WORD), word(len(calls)), *heads, *parts])


def results3(answer: bytes, count: int) -> Sequence[bytes | None]:
    """What each call answered; None for one that failed. Raises `BadAnswer`."""
    start = _number(answer, 0) + WORD
    if _number(answer, start - WORD) != count:
        raise BadAnswer("another number of answers")
    return [
        _result(answer, start + _number(answer, start + WORD * place)) for place in range(count)
    ]


def _result(answer: bytes, at: int) -> bytes | None:
    said = at + _number(answer, at + WORD)
    length = _number(answer, said)
    data = answer[said + WORD : said + WORD + length]
    if len(data) != length:
        raise BadAnswer("an answer that ends too soon")
    return data if _number(answer, at) else None


def _number(answer: bytes, at: int) -> int:
    found = answer[at : at + WORD]
    if at > len(answer) or len(found) != WORD:
        raise BadAnswer("an answer that ends too soon")
    return int.from_bytes(found, "big")


def in_parts(calls: Sequence[Call], most: int) -> Iterable[Sequence[Call]]:
    for at in range(0, len(calls), most):
        yield calls[at : at + most]
