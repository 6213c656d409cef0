"""Rules that ask when: minted as which one, held for how long, good until when."""

from collections.abc import Callable

from gating.model import Unknown
from gating.model.rule import (
    ExpiringKey,
    HeldContinuously,
    HeldThrough,
    MintedBefore,
    MintRank,
    RankOf,
)
from gating.rules.evidence import (
    Balances,
    Evidence,
    HeldNow,
    History,
    HowMinted,
    KeysNow,
    Mint,
    Mints,
    Stays,
)
from gating.rules.finding import Finding, Outcome, unknown, yes_if

DAY = 86_400
FOR_EVER = 253_402_300_800
"""The year 10000 in UTC seconds: an expiry from there on is none (Unlock writes 2**256-1)."""
NO_MINT = "E-NOMINT"
"""A token that is held, and whose mint is not in the index."""
AHEAD = "E-BLOCKAHEAD"
"""A block that has not been made yet, or not been read."""


def mint_rank(rule: MintRank, evidence: Evidence) -> Finding:
    """A held token among the first, or a wallet among the first that minted."""
    if rule.of is RankOf.TOKENS:
        return _minted(rule, evidence, lambda mint: mint.rank <= rule.first, least=1)
    seen = evidence.about(HowMinted(rule.contract.asset))
    if isinstance(seen, Unknown):
        return unknown(rule, seen)
    best = min(seen.wallets.values(), default=None)
    met = best is not None and best <= rule.first
    return Finding(rule, yes_if(met), seen.at, seen.final, amount=best)


def early_mint(rule: MintedBefore, evidence: Evidence) -> Finding:
    """Held tokens that were minted before a block or a time."""

    def is_early(mint: Mint) -> bool:
        if rule.block is not None:
            return mint.block < rule.block
        return rule.time is not None and mint.time < rule.time

    return _minted(rule, evidence, is_early, least=rule.min)


def _minted(
    rule: MintRank | MintedBefore, evidence: Evidence, early: Callable[[Mint], bool], *, least: int
) -> Finding:
    held = evidence.about(HeldNow(rule.contract.asset))
    if isinstance(held, Unknown):
        return unknown(rule, held)
    minted = evidence.about(HowMinted(rule.contract.asset))
    if isinstance(minted, Unknown):
        return unknown(rule, minted, held)
    return _those_early(rule, held, minted, early, least=least)


def _those_early(
    rule: MintRank | MintedBefore,
    held: Balances,
    minted: Mints,
    early: Callable[[Mint], bool],
    *,
    least: int,
) -> Finding:
    known = held.tokens & minted.tokens.keys()
    copies = frozenset(token for token in known if early(minted.tokens[token]))
    outcome = yes_if(len(copies) >= least)
    if outcome is Outcome.NO and len(copies) + len(held.tokens) - len(known) >= least:
        return unknown(rule, Unknown(NO_MINT), held)
    return Finding(
        rule,
        outcome,
        held.at,
        held.final,
        amount=len(copies),
        copies=copies,
        held=held.tokens,
    )


def held_for(rule: HeldContinuously, evidence: Evidence) -> Finding:
    """Tokens held for so many days, by the times of the blocks."""
    seen = evidence.about(Stays(rule.contract.asset))
    if isinstance(seen, Unknown):
        return unknown(rule, seen)
    since = {
        token: stays[-1].since_time
        for token, stays in seen.stays.items()
        if stays and stays[-1].left is None
    }
    span = rule.days * DAY
    copies = frozenset(t for t, began in since.items() if began + span <= seen.at.timestamp)
    oldest = sorted(since.values())
    slowest = oldest[rule.min - 1] if len(oldest) >= rule.min else None
    met = len(copies) >= rule.min
    return Finding(
        rule,
        yes_if(met),
        seen.at,
        seen.final,
        amount=len(copies),
        copies=copies,
        held=frozenset(since),
        since=slowest,
        changes_at=None if met or slowest is None else slowest + span,
    )


def held_through(rule: HeldThrough, evidence: Evidence) -> Finding:
    """Tokens held at every block of a range; while it runs, only a no is sure."""
    seen = evidence.about(Stays(rule.contract.asset))
    if isinstance(seen, Unknown):
        return unknown(rule, seen)
    copies = frozenset(token for token in seen.stays if _stayed(seen, token, rule))
    enough = len(copies) >= rule.min
    if seen.at.number < rule.first or (seen.at.number < rule.last and enough):
        return unknown(rule, Unknown(AHEAD), seen)
    return Finding(
        rule, yes_if(enough), seen.at, seen.final, amount=len(copies), copies=copies, held=copies
    )


def _stayed(seen: History, token: int, rule: HeldThrough) -> bool:
    return any(
        stay.since <= rule.first and (stay.left is None or stay.left > rule.last)
        for stay in seen.stays[token]
    )


def key(rule: ExpiringKey, evidence: Evidence) -> Finding:
    """A key that is good at the time of the block; the finding says until when."""
    seen = evidence.about(KeysNow(rule.contract.asset))
    if isinstance(seen, Unknown):
        return unknown(rule, seen)
    latest = max(seen.until, default=0)
    met = latest > seen.at.timestamp
    return Finding(
        rule,
        yes_if(met),
        seen.at,
        seen.final,
        since=latest if latest and not met else None,
        changes_at=latest if met and latest < FOR_EVER else None,
    )
