"""Rules that ask who somebody is: on a list, in the other chat, with a role or a code."""

from gating.model import Unknown
from gating.model.rule import Allowlist, Code, Denylist, Linked, RoleElsewhere
from gating.rules.evidence import Accounts, Evidence, GaveCode, HasRole, Linkage, OnList
from gating.rules.finding import Finding, unknown, yes_if


def listed(rule: Allowlist | Denylist, evidence: Evidence) -> Finding:
    """On an allow list one wallet is enough; on a deny list one is too many."""
    wallets, addresses = evidence.about(Linkage()), evidence.about(OnList(rule.list))
    if isinstance(wallets, Unknown):
        return unknown(rule, wallets)
    if isinstance(addresses, Unknown):
        return unknown(rule, addresses)
    found = next((wallet for wallet in wallets if wallet in addresses), None)
    met = (found is not None) == isinstance(rule, Allowlist)
    return Finding(rule, yes_if(met), wallet=found)


def linked(rule: Linked, evidence: Evidence) -> Finding:
    platforms = evidence.about(Accounts())
    if isinstance(platforms, Unknown):
        return unknown(rule, platforms)
    return Finding(rule, yes_if(rule.platform in platforms))


def role(rule: RoleElsewhere, evidence: Evidence) -> Finding:
    known = evidence.about(HasRole(rule.platform, rule.id))
    return unknown(rule, known) if isinstance(known, Unknown) else Finding(rule, yes_if(known))


def code(rule: Code, evidence: Evidence) -> Finding:
    since = evidence.about(GaveCode(rule.name))
    if isinstance(since, Unknown):
        return unknown(rule, since)
    return Finding(rule, yes_if(since is not None), since=since)
