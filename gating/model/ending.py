"""Passes that come to their end, and how many may do so before somebody must look."""

from dataclasses import dataclass

from gating.model import FanId, GateId, HeldPass

BY_ITSELF = "its grace is over"
"""Why a pass went that nobody was asked about; these count for the brake."""


@dataclass(frozen=True, slots=True)
class DuePass:
    """A pass whose grace is over. `released`: a moderator has said that it may go."""

    fan: FanId
    held: HeldPass
    released: bool = False


@dataclass(frozen=True, slots=True)
class DueGate:
    """What one gate would lose now. Numbers count fans, not accounts.

    `holders` have a pass of it, those who are to lose it among them; `lately` lost it within the
    time that was asked for. Of one that is stopped only released passes are named, and nobody is
    counted.
    """

    gate: GateId
    passes: tuple[DuePass, ...]
    holders: int
    lately: int
    stopped: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a gate may lose within an hour by itself.

    The brake is pulled by more than `fans`, or by more than `percent` of the gate's holders; up
    to `few` fans never pull it, for in a small club two who sell are many per cent.
    """

    fans: int = 20
    percent: int = 5
    few: int = 3
