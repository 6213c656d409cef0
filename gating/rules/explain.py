"""A finding in lines that a person can read: what is asked, what was found, what would change it.

Each line names sentences by their key; the sentences are in `bot/texts/rules.py`. They say neither
"you" nor "they", so that a fan and a moderator read the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gating.errors import Fact
from gating.model import Block, Notice
from gating.model.rule import (
    Allowlist,
    Code,
    Denylist,
    ExpiringKey,
    HeldContinuously,
    HeldThrough,
    MintedBefore,
    MintRank,
    RankOf,
)
from gating.rules.asking import Amounts, asked
from gating.rules.finding import Finding, Outcome
from gating.rules.naming import numbers
from gating.rules.write import amount_text

Counts = MintedBefore | HeldContinuously | HeldThrough
"""Rules that ask for a number of tokens, whichever wallets hold them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of the tree: what is asked, what was found, what would change it."""

    depth: int
    outcome: Outcome
    asks: tuple[Notice, ...]
    found: tuple[Notice, ...]
    change: tuple[Notice, ...]


def explain(finding: Finding) -> tuple[Line, ...]:
    """The whole tree, each rule above its parts."""
    return tuple(_lines(finding, 0))


def looked_at(finding: Finding) -> Iterable[tuple[Block, bool]]:
    """Every block that the answer stands on, with whether it is final; each once."""
    return dict.fromkeys(_blocks(finding))


def _blocks(finding: Finding) -> Iterator[tuple[Block, bool]]:
    if finding.at:
        yield finding.at, finding.final
    for part in finding.parts:
        yield from _blocks(part)


def _lines(finding: Finding, depth: int) -> Iterator[Line]:
    yield Line(
        depth,
        finding.outcome,
        tuple(asked(finding.rule)),
        tuple(_found(finding)),
        tuple(_change(finding)),
    )
    for part in finding.parts:
        yield from _lines(part, depth + 1)


def _found(finding: Finding) -> Iterator[Notice]:
    rule = finding.rule
    if finding.outcome is Outcome.UNKNOWN:
        if not finding.parts:
            yield Notice(finding.code)
    elif isinstance(rule, Allowlist | Denylist):
        key = "found.wallet" if finding.wallet else "found.nowallet"
        yield Notice(key, {"wallet": finding.wallet or ""})
    elif isinstance(rule, MintRank) and rule.of is RankOf.WALLETS:
        yield Notice("found.place" if finding.amount else "found.nomint", _place(finding))
    elif isinstance(rule, Amounts | Counts | MintRank):
        yield _copies(finding)
    elif isinstance(rule, Code) and finding.since:
        yield Notice("found.guest", {"time": finding.since})
    elif isinstance(rule, ExpiringKey) and finding.since:
        yield Notice("found.over", {"time": finding.since})


def _place(finding: Finding) -> dict[str, Fact]:
    return {"place": finding.amount} if finding.amount else {}


def _copies(finding: Finding) -> Notice:
    """How much counts; if that is nothing, what is held instead."""
    facts: dict[str, Fact] = {"amount": _text(finding, finding.amount or 0)}
    if finding.copies:
        return Notice("found.copies", {**facts, "copies": numbers(finding.copies)})
    if finding.held:
        return Notice("found.others", {**facts, "copies": numbers(finding.held)})
    return Notice("found.amount", facts)


def _text(finding: Finding, amount: int) -> str:
    decimals = finding.rule.contract.decimals if isinstance(finding.rule, Amounts) else 0
    return amount_text(amount, decimals)


def _change(finding: Finding) -> Iterator[Notice]:
    """What would turn a no into a yes, and when the answer turns by itself."""
    if finding.parts:
        return
    if finding.outcome is Outcome.NO:
        yield from _missing(finding)
    if finding.changes_at:
        key = "change.opens" if finding.outcome is Outcome.NO else "change.ends"
        yield Notice(key, {"time": finding.changes_at})


def _missing(finding: Finding) -> Iterator[Notice]:
    rule, amount = finding.rule, finding.amount or 0
    if isinstance(rule, Amounts):
        least, most = rule.wanted.min, rule.wanted.max
        if amount < least:
            yield Notice("change.more", {"amount": _text(finding, least - amount)})
        elif most is not None and amount > most:
            yield Notice("change.fewer", {"amount": _text(finding, amount - most)})
    elif isinstance(rule, Counts) and not finding.changes_at:
        yield Notice("change.more", {"amount": rule.min - amount})
