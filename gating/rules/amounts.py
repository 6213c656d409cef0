"""Rules that ask how much a fan's wallets have."""

from gating.model import Unknown
from gating.model.rule import Erc20, HeldAt, Holds, Tier, TokenIds, Trait, VotesAt
from gating.rules.evidence import (
    Balance,
    Balances,
    Evidence,
    HeldNow,
    HeldThen,
    Need,
    TraitsOf,
    VotesThen,
)
from gating.rules.finding import Finding, unknown, yes_if


def amount(rule: Holds | Erc20 | HeldAt | VotesAt, evidence: Evidence) -> Finding:
    """The whole amount, whatever the ids."""
    seen = evidence.about(_balances(rule))
    if isinstance(seen, Unknown):
        return unknown(rule, seen)
    amounts = tuple([wallet.amount for wallet in seen.wallets])
    return _counted(rule, seen, amounts, seen.tokens)


def tokens_in(rule: TokenIds | Tier, evidence: Evidence) -> Finding:
    """Tokens whose ids are in the rule's set."""
    seen = evidence.about(HeldNow(rule.contract.asset))
    if isinstance(seen, Unknown):
        return unknown(rule, seen)
    ids = rule.ids
    return _only(rule, seen, frozenset([token for token in seen.tokens if token in ids]))


def tokens_with(rule: Trait, evidence: Evidence) -> Finding:
    """Tokens that have all traits of the rule. One that the artist's table leaves out has none."""
    seen = evidence.about(HeldNow(rule.contract.asset))
    if isinstance(seen, Unknown):
        return unknown(rule, seen)
    table = evidence.about(TraitsOf(rule.contract.asset))
    if isinstance(table, Unknown):
        return unknown(rule, table, seen)
    wanted = set(rule.traits)
    fitting = [token for token in seen.tokens if wanted <= table.get(token, {}).items()]
    return _only(rule, seen, frozenset(fitting))


def _only(rule: TokenIds | Tier | Trait, seen: Balances, counted: frozenset[int]) -> Finding:
    amounts = tuple([_units(wallet, counted) for wallet in seen.wallets])
    return _counted(rule, seen, amounts, counted)


def _units(wallet: Balance, counted: frozenset[int]) -> int:
    mine = wallet.tokens & counted
    return sum(wallet.units.get(token, 1) for token in mine) if wallet.units else len(mine)


def _counted(
    rule: Holds | Erc20 | HeldAt | VotesAt | TokenIds | Tier | Trait,
    seen: Balances,
    amounts: tuple[int, ...],
    copies: frozenset[int],
) -> Finding:
    wanted = rule.wanted
    return Finding(
        rule,
        yes_if(wanted.met_by(amounts)),
        seen.at,
        seen.final,
        amount=wanted.of(amounts),
        copies=copies,
        held=seen.tokens,
    )


def _balances(rule: Holds | Erc20 | HeldAt | VotesAt) -> Need[Balances]:
    if isinstance(rule, HeldAt):
        return HeldThen(rule.contract.asset, rule.block)
    if isinstance(rule, VotesAt):
        return VotesThen(rule.contract.asset, rule.block)
    return HeldNow(rule.contract.asset)
