"""The gates as they stand now: the club file's, with the rules that were changed from a chat."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import overload

from gating.errors import Refused
from gating.model import Gate, GateId
from gating.model.rule import Rule


class GateBook(Sequence[Gate]):
    """The one list of gates that everybody in the house reads; a change is seen at once.

    Whoever has begun to go through it goes on with what stood then. Everything but the rule of a
    gate is the club file's.
    """

    def __init__(self, filed: Sequence[Gate]) -> None:
        self._filed = {gate.id: gate for gate in filed}
        self._now = tuple(filed)
        self._numbers: dict[GateId, int] = {}

    def named(self, gate: GateId) -> Gate:
        """The gate as it stands. Raises `Refused("E-NOGATE", gate=..., gates=...)`."""
        found = next((each for each in self._now if each.id == gate), None)
        if found is None:
            raise Refused("E-NOGATE", gate=gate, gates=", ".join(self._filed))
        return found

    def filed(self, gate: GateId) -> Rule | None:
        """The rule that the club file gives the gate; None where the file has no such gate."""
        found = self._filed.get(gate)
        return found.rule if found else None

    def number(self, gate: GateId) -> int:
        """How often its rule was changed from a chat, ever."""
        return self._numbers.get(gate, 0)

    def stand(self, gate: GateId, rule: Rule | None, *, number: int) -> None:
        """From now on this rule counts, without one the file's; it is the change `number`.

        Who was slower to read an earlier change takes nothing back.
        """
        if number < self.number(gate):
            return
        self._numbers[gate] = number
        self._now = tuple(
            self._with(each, rule) if each.id == gate else each for each in self._now
        )

    def _with(self, gate: Gate, rule: Rule | None) -> Gate:
        return self._filed[gate.id] if rule is None else replace(gate, rule=rule)

    def __iter__(self) -> Iterator[Gate]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    @overload
    def __getitem__(self, place: int) -> Gate: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Gate]: ...
    def __getitem__(self, place: int | slice) -> Gate | Sequence[Gate]:
        return self._now[place]
