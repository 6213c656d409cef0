"""How much a gate may lose before a person must look. Pure."""

from gating.model.ending import DueGate, DuePass, Limits


def pulls(due: DueGate, limits: Limits) -> bool:
    """Whether what waits here, with what went lately, is more than goes without asking."""
    waiting = {each.fan for each in due.passes if not each.released}
    if not waiting:
        return False
    taken = len(waiting) + due.lately
    before = due.holders + due.lately
    return taken > limits.few and (taken > limits.fans or taken * 100 > limits.percent * before)


def may_go(due: DueGate, limits: Limits) -> tuple[DuePass, ...]:
    """The passes of this gate that may be taken now."""
    if due.stopped or pulls(due, limits):
        return tuple(each for each in due.passes if each.released)
    return due.passes
