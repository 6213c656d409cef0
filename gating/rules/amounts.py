"""Rules that ask how much a fan's wallets have."""

from collections.abc import Mapping

from gating.model.rule import Erc20, HeldAt, Holds, Tier, TokenIds, Trait, VotesAt
from gating.rules.evidence import Balance, Balances
from gating.rules.finding import Finding, Judge, Outcome

Amount = Holds | Erc20 | HeldAt | VotesAt
Traits = Mapping[int, Mapping[str, str]]


def _enough(rule: Amount, seen: Balances) -> bool:
    return rule.wanted.met_by(seen.amounts)


def _of_all(rule: Amount, outcome: Outcome, seen: Balances) -> Finding:
    return _counted(rule, outcome, seen, seen.amounts, seen.tokens)


AMOUNT = Judge(_enough, _of_all)
"""The whole amount, whatever the ids."""


def _in_set(rule: TokenIds | Tier, seen: Balances) -> frozenset[int]:
    ids = rule.ids
    return frozenset([token for token in seen.tokens if token in ids])


def _enough_in(rule: TokenIds | Tier, seen: Balances) -> bool:
    return rule.wanted.met_by(_units_of(seen, _in_set(rule, seen)))


def _of_set(rule: TokenIds | Tier, outcome: Outcome, seen: Balances) -> Finding:
    counted = _in_set(rule, seen)
    return _counted(rule, outcome, seen, _units_of(seen, counted), counted)


TOKENS_IN = Judge(_enough_in, _of_set)
"""Tokens whose ids are in the rule's set."""


def _fitting(rule: Trait, seen: Balances, table: Traits) -> frozenset[int]:
    wanted = set(rule.traits)
    return frozenset([token for token in seen.tokens if wanted <= table.get(token, {}).items()])


def _enough_with(rule: Trait, seen: Balances, table: Traits) -> bool:
    return rule.wanted.met_by(_units_of(seen, _fitting(rule, seen, table)))


def _of_fitting(rule: Trait, outcome: Outcome, seen: Balances, table: Traits) -> Finding:
    counted = _fitting(rule, seen, table)
    return _counted(rule, outcome, seen, _units_of(seen, counted), counted)


TOKENS_WITH = Judge(_enough_with, _of_fitting)
"""Tokens that have all traits of the rule. One that the artist's table leaves out has none."""


def _units_of(seen: Balances, counted: frozenset[int]) -> tuple[int, ...]:
    return tuple([_units(wallet, counted) for wallet in seen.wallets])


def _units(wallet: Balance, counted: frozenset[int]) -> int:
    mine = wallet.tokens & counted
    return sum(wallet.units.get(token, 1) for token in mine) if wallet.units else len(mine)


def _counted(
    rule: Amount | TokenIds | Tier | Trait,
    outcome: Outcome,
    seen: Balances,
    amounts: tuple[int, ...],
    copies: frozenset[int],
) -> Finding:
    return Finding(
        rule,
        outcome,
        seen.at,
        seen.final,
        amount=rule.wanted.of(amounts),
        copies=copies,
        held=seen.tokens,
    )
