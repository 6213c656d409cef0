"""From the values of a TOML text to a rule: one parser for the club file and for the chat.

Every mistake is a `RuleMistake` with the way to its key; whoever has the text adds the line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from gating.model.rule import AllOf, AnyOf, AtLeast, Not, Rule
from gating.rules.fields import Fields, RuleMistake, Where, hint, kind_of
from gating.rules.predicates import PREDICATES, Book

DEEPEST = 8
MOST_RULES = 200


def rule_of(value: object, book: Book, where: Where = ()) -> Rule:
    """The rule that this value writes down. Raises `RuleMistake`."""
    return _Reader(book, where).read(value, where, 1)


@dataclass(slots=True)
class _Reader:
    book: Book
    top: Where
    count: int = 0

    def read(self, value: object, where: Where, depth: int) -> Rule:
        if not isinstance(value, Mapping):
            raise RuleMistake(
                where, f'must be a table such as {{ holds = "album" }}, not {kind_of(value)}'
            )
        self._must_be_small(where, depth)
        fields = Fields(value, where)
        name = _name_of(fields)
        if name in _GROUPS:
            fields.only({name, "of"} if name == "at_least" else {name}, name)
            return _GROUPS[name](self, fields, depth + 1)
        known, make = PREDICATES[name]
        fields.only({name, *known}, name)
        return make(fields, self.book)

    def each(self, fields: Fields, key: str, depth: int) -> tuple[Rule, ...]:
        parts = fields.must_have(key, '[ { holds = "album" }, … ]')
        if not isinstance(parts, list):
            raise fields.mistake(key, f"must be a list of rules in [ and ], not {kind_of(parts)}")
        if not parts:
            raise fields.mistake(key, "is an empty list; write at least one rule in it")
        where = (*fields.where, key)
        return tuple(self.read(part, (*where, nth), depth) for nth, part in enumerate(parts))

    def _must_be_small(self, where: Where, depth: int) -> None:
        self.count += 1
        if depth > DEEPEST:
            raise RuleMistake(where, f"is rule in rule {depth} deep; write at most {DEEPEST}")
        if self.count > MOST_RULES:
            raise RuleMistake(self.top, f"has more than {MOST_RULES} rules in it; write fewer")


def _name_of(fields: Fields) -> str:
    """The one key that says which rule it is."""
    names = [key for key in fields.table if key in _GROUPS or key in PREDICATES]
    if len(names) == 1:
        return names[0]
    if names:
        raise RuleMistake(
            fields.where,
            f"has {names[0]} and {names[1]}; put both into all = [ … ] or any = [ … ]",
        )
    known = (*_GROUPS, *PREDICATES)
    likely = next((key for key in fields.table if get_close_matches(key, known, 1)), "")
    raise fields.mistake(likely, f"names no rule; {hint(likely, known)}")


def _all(reader: _Reader, fields: Fields, depth: int) -> Rule:
    return AllOf(reader.each(fields, "all", depth))


def _any(reader: _Reader, fields: Fields, depth: int) -> Rule:
    return AnyOf(reader.each(fields, "any", depth))


def _not(reader: _Reader, fields: Fields, depth: int) -> Rule:
    return Not(reader.read(fields.table["not"], (*fields.where, "not"), depth))


def _at_least(reader: _Reader, fields: Fields, depth: int) -> Rule:
    parts = reader.each(fields, "of", depth)
    return AtLeast(fields.whole("at_least", most=len(parts)), parts)


_GROUPS: Mapping[str, Callable[[_Reader, Fields, int], Rule]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "at_least": _at_least,
}
