"""What a fan may call a wallet. Pure."""

import unicodedata

from gating.errors import Refused

LONGEST_LABEL = 40
NO_LABEL = "-"
"""Typed in place of a name it takes the name away: a chat cannot send nothing."""
_JOINERS = "\u200c\u200d"  # emoji families and several scripts need them


def label_of(text: str) -> str:
    """The name in NFC on one line, without letters that hide or turn others; empty for none.

    Raises `Refused("E-WALLETLABEL")` for one over 40 letters.
    """
    one_line = " ".join(unicodedata.normalize("NFC", text).split())
    label = "".join(letter for letter in one_line if _shows(letter)).strip()
    if len(label) > LONGEST_LABEL:
        raise Refused("E-WALLETLABEL", most=LONGEST_LABEL)
    return "" if label == NO_LABEL else label


def _shows(letter: str) -> bool:
    return letter in _JOINERS or not unicodedata.category(letter).startswith("C")
