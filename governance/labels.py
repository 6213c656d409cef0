"""Titles and choices as people may write them, without characters that hide or turn text."""

import unicodedata
from collections.abc import Sequence

from gating.errors import Refused
from governance.errors import CHOICES, LABEL, SAME_CHOICE
from governance.model import Choice, ChoiceId

LONGEST_LABEL = 80
LONGEST_TITLE = 200
FEWEST, MOST = 2, 25
_JOINERS = "\u200c\u200d"  # emoji families and several scripts need them
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def clean(text: str, *, longest: int = LONGEST_LABEL) -> str:
    """`text` in NFC with single spaces.

    Refused (`E-LABEL`) when it is empty, longer than `longest` characters, or holds control or
    direction-changing characters (Unicode TR36, "Bidirectional Text Spoofing").
    """
    trimmed = unicodedata.normalize("NFC", text).strip()
    cleaned = " ".join(trimmed.split())
    if not cleaned or len(cleaned) > longest or _hides(trimmed):
        raise Refused(LABEL, text=_shown(text), most=longest)
    return cleaned


def shown(text: str) -> str:
    """`text` on one line, with a mark in place of whatever hides text or steers a terminal.

    What is printed of somebody else's file could else forge lines, or wipe them out.
    """
    return "".join("\N{REPLACEMENT CHARACTER}" if _hides(c) else c for c in text)


def choices_from(labels: Sequence[str]) -> tuple[Choice, ...]:
    """The choices numbered from 1, in the order given.

    Refused with `E-CHOICES` unless there are 2 to 25, with `E-SAMECHOICE` where two read alike.
    """
    if not FEWEST <= len(labels) <= MOST:
        raise Refused(CHOICES, count=len(labels), least=FEWEST, most=MOST)
    cleaned = [clean(label) for label in labels]
    seen: set[str] = set()
    for label in cleaned:
        if (key := _folded(label)) in seen:
            raise Refused(SAME_CHOICE, text=label)
        seen.add(key)
    return tuple(Choice(ChoiceId(at), label) for at, label in enumerate(cleaned, start=1))


def _hides(text: str) -> bool:
    return any(c not in _JOINERS and unicodedata.category(c) in _HIDDEN for c in text)


def _folded(label: str) -> str:
    plain = unicodedata.normalize("NFKC", label).casefold()
    return "".join(c for c in plain if c not in _JOINERS)


def _shown(text: str) -> str:
    return "".join(c for c in text[:LONGEST_LABEL] if not _hides(c))
