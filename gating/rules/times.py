"""Rules that ask when: minted as which one, held for how long, good until when."""

from gating.model import Unknown
from gating.model.rule import (
    ExpiringKey,
    HeldContinuously,
    HeldThrough,
    MintedBefore,
    MintRank,
    RankOf,
)
from gating.rules.evidence import Balances, Expiries, History, Mint, Mints, Stay
from gating.rules.finding import Finding, Judge, Outcome

DAY = 86_400
FOR_EVER = 253_402_300_800
"""The year 10000 in UTC seconds: an expiry from there on is none (Unlock writes 2**256-1)."""
NO_MINT = "E-NOMINT"
"""A token that is held, and whose mint is not in the index."""
AHEAD = "E-BLOCKAHEAD"
"""A block that has not been made yet, or not been read."""
Timed = HeldContinuously | ExpiringKey
"""Rules whose answer turns by itself."""
_NO_MINT, _AHEAD = Unknown(NO_MINT), Unknown(AHEAD)

# --- minted -------------------------------------------------------------------------------------


def _is_early(rule: MintRank | MintedBefore, mint: Mint) -> bool:
    if isinstance(rule, MintRank):
        return mint.rank <= rule.first
    if rule.block is not None:
        return mint.block < rule.block
    return rule.time is not None and mint.time < rule.time


def _early(rule: MintRank | MintedBefore, held: Balances, minted: Mints) -> frozenset[int]:
    mints = ((token, minted.tokens.get(token)) for token in held.tokens)
    return frozenset([token for token, mint in mints if mint and _is_early(rule, mint)])


def _enough_early(rule: MintRank | MintedBefore, held: Balances, minted: Mints) -> bool | Unknown:
    least = rule.min if isinstance(rule, MintedBefore) else 1
    sure = len(_early(rule, held, minted))
    if sure >= least:
        return True
    unread = sum(token not in minted.tokens for token in held.tokens)
    return _NO_MINT if sure + unread >= least else False


def _of_early(
    rule: MintRank | MintedBefore, outcome: Outcome, held: Balances, minted: Mints
) -> Finding:
    copies = _early(rule, held, minted)
    return Finding(
        rule,
        outcome,
        held.at,
        held.final,
        amount=len(copies),
        copies=copies,
        held=held.tokens,
    )


EARLY = Judge(_enough_early, _of_early)
"""Held tokens among the first that were minted, or minted before a block or a time."""


def _place(minted: Mints) -> int | None:
    return min(minted.wallets.values(), default=None)


def _was_early(rule: MintRank, minted: Mints) -> bool:
    place = _place(minted)
    return place is not None and place <= rule.first


def _of_place(rule: MintRank, outcome: Outcome, minted: Mints) -> Finding:
    return Finding(rule, outcome, minted.at, minted.final, amount=_place(minted))


def _rank(rule: MintRank, *pieces: Mints) -> bool | Unknown:
    return (_PLACE if rule.of is RankOf.WALLETS else EARLY).met(rule, *pieces)


def _of_rank(rule: MintRank, outcome: Outcome, *pieces: Mints) -> Finding:
    return (_PLACE if rule.of is RankOf.WALLETS else EARLY).found(rule, outcome, *pieces)


_PLACE = Judge(_was_early, _of_place)
RANK = Judge(_rank, _of_rank)
"""A held token among the first, or a wallet among the first that minted."""

# --- held ---------------------------------------------------------------------------------------


def _since(seen: History) -> dict[int, int]:
    """From when on each token that is here now has been here, in UTC seconds."""
    return {
        token: stays[-1].since_time
        for token, stays in seen.stays.items()
        if stays and stays[-1].left is None
    }


def _long_enough(rule: HeldContinuously, seen: History) -> bool:
    until = seen.at.timestamp - rule.days * DAY
    return sum(began <= until for began in _since(seen).values()) >= rule.min


def _of_long(rule: HeldContinuously, outcome: Outcome, seen: History) -> Finding:
    since, span = _since(seen), rule.days * DAY
    copies = frozenset(t for t, began in since.items() if began + span <= seen.at.timestamp)
    oldest = sorted(since.values())
    slowest = oldest[rule.min - 1] if len(oldest) >= rule.min else None
    met = outcome is Outcome.YES
    return Finding(
        rule,
        outcome,
        seen.at,
        seen.final,
        amount=len(copies),
        copies=copies,
        held=frozenset(since),
        since=slowest,
        changes_at=None if met or slowest is None else slowest + span,
    )


HELD_FOR = Judge(_long_enough, _of_long)
"""Tokens held for so many days, by the times of the blocks."""


def _stayed(rule: HeldThrough, seen: History) -> frozenset[int]:
    return frozenset([token for token, stays in seen.stays.items() if _covers(rule, stays)])


def _covers(rule: HeldThrough, stays: tuple[Stay, ...]) -> bool:
    return any(
        stay.since <= rule.first and (stay.left is None or stay.left > rule.last) for stay in stays
    )


def _long_through(rule: HeldThrough, seen: History) -> bool | Unknown:
    enough = len(_stayed(rule, seen)) >= rule.min
    if seen.at.number < rule.first or (seen.at.number < rule.last and enough):
        return _AHEAD
    return enough


def _of_through(rule: HeldThrough, outcome: Outcome, seen: History) -> Finding:
    copies = _stayed(rule, seen)
    return Finding(
        rule, outcome, seen.at, seen.final, amount=len(copies), copies=copies, held=copies
    )


HELD_THROUGH = Judge(_long_through, _of_through)
"""Tokens held at every block of a range; while it runs, only a no is sure."""

# --- good until ---------------------------------------------------------------------------------


def _good(rule: ExpiringKey, seen: Expiries) -> bool:
    return max(seen.until, default=0) > seen.at.timestamp


def _of_key(rule: ExpiringKey, outcome: Outcome, seen: Expiries) -> Finding:
    latest, met = max(seen.until, default=0), outcome is Outcome.YES
    return Finding(
        rule,
        outcome,
        seen.at,
        seen.final,
        since=latest if latest and not met else None,
        changes_at=latest if met and latest < FOR_EVER else None,
    )


KEY = Judge(_good, _of_key)
"""A key that is good at the time of the block; the finding says until when."""
