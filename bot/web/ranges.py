"""Which bytes a `Range` header asks for (RFC 9110, section 14). Pure."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class OutOfReach(Exception):
    """No byte of the file is asked for: status 416."""


def wanted(header: str | None, size: int) -> Span | None:
    """The part that is asked for, or None for the whole.

    A header that is no single range of bytes is ignored, as section 14.2 allows for any of them:
    several ranges at once, other units, nonsense. A player never sends those, and 416 would say
    that the bytes are not there. Raises `OutOfReach` for a single range outside the file.
    """
    found = _ONE_RANGE.fullmatch(header or "")
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return _suffix(int(last), size)
    if last and int(last) < int(first):
        return None  # section 14.1.1: invalid, and an invalid range is ignored
    if int(first) >= size:
        raise OutOfReach
    return Span(int(first), min(int(last), size - 1) if last else size - 1)


def _suffix(length: int, size: int) -> Span:
    if length == 0 or size == 0:
        raise OutOfReach
    return Span(max(0, size - length), size - 1)
