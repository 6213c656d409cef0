"""Whether somebody without any wallet may meet a rule. Pure."""

from collections.abc import Iterable

from gating.model import Fan, Gate
from gating.model.rule import Code, Linked, RoleElsewhere, predicates_of


def may_stand(fan: Fan | None, gates: Iterable[Gate]) -> bool:
    """Whether there is anything to look up: a wallet, or a gate that asks who somebody is."""
    if fan is None or fan.wallets:
        return fan is not None
    asked = (part for gate in gates for part in predicates_of(gate.rule))
    return any(isinstance(part, Code | RoleElsewhere | Linked) for part in asked)
