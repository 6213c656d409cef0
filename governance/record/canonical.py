"""Canonical JSON (RFC 8785), where the same value always has the same bytes.

Numbers are decimal strings throughout, so reading refuses JSON numbers altogether.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

import rfc8785

Doc = dict[str, Any]
Value = TypeVar("Value")
LARGEST_BITS = 256
_ADDRESS = re.compile(r"0x[0-9a-f]{40}")
_HASH = re.compile(r"0x[0-9a-f]{64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Malformed(ValueError):
    """A file that is not what its name promises; the text says how."""


def canonical(document: Any) -> bytes:
    """The canonical bytes of a document of texts, lists and objects."""
    return rfc8785.dumps(document)


def ndjson(lines: Sequence[bytes]) -> bytes:
    """One document per line, each line ended by a line feed."""
    return b"".join(line + b"\n" for line in lines)


def split_lines(data: bytes) -> list[bytes]:
    """The documents of a file written by `ndjson`."""
    if not data:
        return []
    if not data.endswith(b"\n"):
        raise Malformed("the last line is cut off")
    return data[:-1].split(b"\n")


def decode(data: bytes, read: Callable[[Doc], Value], write: Callable[[Value], Doc]) -> Value:
    """The value in these bytes, if they are exactly the bytes in which it would be written."""
    try:
        document = json.loads(
            data, parse_int=_no_number, parse_float=_no_number, parse_constant=_no_number
        )
        value = read(document)
        again = canonical(write(value))
    except Malformed:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise Malformed(f"it cannot be read ({type(error).__name__})") from error
    if again != data:
        raise Malformed("it is not in canonical form, or has fields that do not belong there")
    return value


def number(text: str, *, bits: int = LARGEST_BITS) -> int:
    """A whole number of at most so many bits, from its decimal text."""
    value = int(text)
    if value < 0 or value.bit_length() > bits:
        raise Malformed(f"a number does not fit into {bits} bits")
    return value


def text_of(value: Any) -> str:
    """A field that must be text."""
    if not isinstance(value, str):
        raise Malformed("a field that should be text is something else")
    return value


def address(text: str) -> str:
    return _matching(_ADDRESS, text, "address")


def hash32(text: str) -> str:
    return _matching(_HASH, text, "hash")


def sha256_text(text: str) -> str:
    return _matching(_SHA256, text, "SHA-256")


def _matching(pattern: re.Pattern[str], text: str, what: str) -> str:
    if not pattern.fullmatch(text):
        raise Malformed(f"an {what} is not in lower-case hex of the right length")
    return text


def _no_number(text: str) -> NoReturn:
    raise Malformed(f"it holds the bare number {text[:20]}; numbers are written as text")
