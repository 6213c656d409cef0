"""Search the audit trail by a few words, such as `holder closed 7d @fan`. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from gating.errors import Refused
from gating.model import Gate
from gating.model.trail_line import TrailQuery

KINDS = {
    "opened": "pass.open",
    "closed": "pass.close",
    "ending": "pass.end",
    "kept": "pass.keep",
    "adopted": "pass.adopt",
    "wallets": "wallet",
    "accounts": "account",
    "brake": "brake",
    "rules": "rule",
    "guests": "guest",
    "others": "rival",
    "forgotten": "fan.forgotten",
}
"""The words for what happened, and how its names in the trail begin."""
LONGEST = 3650
_DAYS = re.compile(r"(\d{1,4})d(?:ays?)?", re.ASCII)


def query_of(words: str, gates: Iterable[Gate]) -> TrailQuery:
    """What these words ask for, in any order; each kind of word once.

    Raises `Refused("E-AUDITWORD", word=...)` for a word that is none of these.
    """
    known = {str(gate.id): gate.id for gate in gates}
    query = TrailQuery()
    for word in words.lower().split():
        days = _DAYS.fullmatch(word)
        if days and 1 <= int(days[1]) <= LONGEST:
            query = replace(query, within=timedelta(days=int(days[1])))
        elif word in KINDS:
            query = replace(query, kind=KINDS[word])
        elif word in known:
            query = replace(query, gate=known[word])
        elif word.startswith("@") and len(word) > 1:
            query = replace(query, name=word[1:])
        else:
            raise Refused("E-AUDITWORD", word=word[:40])
    return query
