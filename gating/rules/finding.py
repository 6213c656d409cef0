"""What was found when a rule was judged: yes, no or unknown, part by part."""

from enum import StrEnum
from typing import NamedTuple

from gating.model import Address, Block, Unknown
from gating.model.rule import Rule
from gating.rules.evidence import Balances, Expiries, History, Mints


class Outcome(StrEnum):
    """Kleene's three values: what is unknown may turn out either way."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Finding(NamedTuple):
    """One rule judged for one fan. (A tuple, for many are made and few are read.)

    `at`: the block of the evidence, and `final` if the chain calls it so; None where no chain
    was asked. `code`: why it is unknown. `amount`: what was compared. `copies`: the token ids
    that count, `held` all of the contract's that the fan has. `since`: the UTC second from which
    a holding time or a place on a guest list counts. `changes_at`: the UTC second at which the
    answer changes if nothing else happens, so that somebody looks again.
    """

    rule: Rule
    outcome: Outcome
    at: Block | None = None
    final: bool = False
    code: str = ""
    amount: int | None = None
    copies: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    since: int | None = None
    wallet: Address | None = None
    changes_at: int | None = None
    parts: "tuple[Finding, ...]" = ()


def yes_if(met: bool) -> Outcome:
    return Outcome.YES if met else Outcome.NO


def unknown(
    rule: Rule, why: Unknown, seen: Balances | History | Mints | Expiries | None = None
) -> Finding:
    """Nothing can be said; `seen`: the evidence that was there and did not suffice."""
    at = seen.at if seen else None
    return Finding(rule, Outcome.UNKNOWN, at, bool(seen and seen.final), why.code)
