"""What was found when a rule was judged: yes, no or unknown, part by part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from gating.model import Address, Block, Unknown
from gating.model.rule import Rule
from gating.rules.evidence import Balances, Expiries, History, Mints


class Outcome(StrEnum):
    """Kleene's three values: what is unknown may turn out either way."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


Met = bool | None
"""The same three values where many are counted; None is unknown."""


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

    @property
    def met(self) -> Met:
        return None if self.outcome is Outcome.UNKNOWN else self.outcome is Outcome.YES


@dataclass(frozen=True, slots=True)
class Judge:
    """One kind of predicate. Both take the rule and its pieces of evidence, all of them known.

    `met` decides; it may still find that nothing can be said. `found` adds to what was decided
    all that a person wants to read of it.
    """

    met: Callable[..., bool | Unknown]
    found: Callable[..., Finding]


def outcome_of(met: Met) -> Outcome:
    return Outcome.UNKNOWN if met is None else yes_if(met)


def yes_if(met: bool) -> Outcome:
    return Outcome.YES if met else Outcome.NO


def unknown(rule: Rule, why: Unknown, pieces: Sequence[Any]) -> Finding:
    """Nothing can be said; the first piece of evidence was there perhaps, and did not suffice."""
    seen = pieces[0]
    if not isinstance(seen, Balances | History | Mints | Expiries):
        return Finding(rule, Outcome.UNKNOWN, code=why.code)
    return Finding(rule, Outcome.UNKNOWN, seen.at, seen.final, why.code)
