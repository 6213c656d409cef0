"""Rules that ask who somebody is: on a list, in the other chat, with a role or a code."""

from collections.abc import Set

from gating.model import Address, Platform
from gating.model.rule import Allowlist, Code, Denylist, Linked, RoleElsewhere
from gating.rules.finding import Finding, Judge, Outcome


def _among(wallets: tuple[Address, ...], addresses: Set[Address]) -> Address | None:
    return next((wallet for wallet in wallets if wallet in addresses), None)


def _listed(
    rule: Allowlist | Denylist, wallets: tuple[Address, ...], addresses: Set[Address]
) -> bool:
    return (_among(wallets, addresses) is not None) == isinstance(rule, Allowlist)


def _by_wallet(
    rule: Allowlist | Denylist,
    outcome: Outcome,
    wallets: tuple[Address, ...],
    addresses: Set[Address],
) -> Finding:
    return Finding(rule, outcome, wallet=_among(wallets, addresses))


def _linked(rule: Linked, platforms: Set[Platform]) -> bool:
    return rule.platform in platforms


def _has_role(rule: RoleElsewhere, said: bool) -> bool:
    return said


def _plain(rule: Linked | RoleElsewhere, outcome: Outcome, seen: object) -> Finding:
    return Finding(rule, outcome)


def _is_guest(rule: Code, since: int | None) -> bool:
    return since is not None


def _since(rule: Code, outcome: Outcome, since: int | None) -> Finding:
    return Finding(rule, outcome, since=since)


LISTED = Judge(_listed, _by_wallet)
"""On an allow list one wallet is enough; on a deny list one is too many."""
LINKED = Judge(_linked, _plain)
ROLE = Judge(_has_role, _plain)
GUEST = Judge(_is_guest, _since)
