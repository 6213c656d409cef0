"""The three ways in which something did not happen, and what follows from each.

Adapters turn their library's errors into these; the words a person reads live in `bot/texts`.
Codes are stable and the same in every language.
"""

from collections.abc import Mapping

Fact = str | int


class NotDone(Exception):
    """Something did not happen. `code` names why; `facts` fill the sentence that says so."""

    def __init__(self, code: str, /, **facts: Fact) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, Fact] = facts

    def __str__(self) -> str:
        named = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({named})" if named else self.code


class Refused(NotDone):
    """A rule says no. Nothing was changed, and trying the same again will say no again."""


class TryLater(NotDone):
    """The outside is busy or silent. Nothing is known to be wrong; try after `after` seconds."""

    def __init__(self, code: str, /, *, after: float = 5.0, **facts: Fact) -> None:
        super().__init__(code, **facts)
        self.after = after


class NeedsPerson(NotDone):
    """Somebody must act (move a role, give a right) before trying again makes sense."""
