"""The ways to count, one file each, and the table that names them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from gating.errors import Refused
from governance.errors import RULES
from governance.methods import single
from governance.model import Choice, Pick, Total, Vote


class Counting(Protocol):
    """One counting method: a module with these two functions."""

    def valid(self, picks: Sequence[Pick], choices: Sequence[Choice]) -> bool:
        """Whether a ballot may say this."""
        ...

    def count(self, votes: Sequence[Vote], choices: Sequence[Choice]) -> tuple[Total, ...]:
        """What each choice got, in the order of the choices."""
        ...


METHODS: Mapping[str, Counting] = {"single": single}


def method_named(name: str) -> Counting:
    """Refused (`E-POLLRULES`) when this version does not know the method."""
    if name not in METHODS:
        raise Refused(RULES, rule=name)
    return METHODS[name]
