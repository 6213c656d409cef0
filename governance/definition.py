"""Freezing a draft into the rules of a poll."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from gating.errors import Refused
from gating.model import Address, Asset, Block
from governance import errors
from governance.labels import FEWEST, LONGEST_TITLE, MOST, choices_from, clean
from governance.methods import method_named
from governance.methods.ties import RULES as TIE_RULES
from governance.model import (
    Club,
    Commit,
    Definition,
    Draft,
    Method,
    Power,
    Quorum,
    Window,
)
from governance.weight import cap_of


@dataclass(frozen=True, slots=True)
class Frame:
    """What a club gives to each of its polls: its name, its key, and the asset that weighs."""

    club: Club
    club_key: Address
    asset: Asset


def freeze(
    draft: Draft, frame: Frame, *, snapshot: Block, proposer: Commit, now: datetime
) -> Definition:
    """The definition that this draft becomes at `now`. Refused when one of its rules is not valid.

    A poll that is to open in the past opens now.
    """
    created = int(now.timestamp())
    definition = Definition(
        club=frame.club,
        club_key=frame.club_key,
        title=clean(draft.title, longest=LONGEST_TITLE),
        body_sha256=sha256(_body_bytes(draft.body)).hexdigest(),
        choices=choices_from(draft.labels),
        method=draft.method,
        power=_power(draft, frame.asset),
        snapshot=snapshot,
        window=_window(draft, created),
        visibility=draft.visibility,
        quorum=draft.quorum,
        proposer=proposer,
        created_at=created,
    )
    check(definition)
    return definition


def check(definition: Definition) -> None:
    """Refuse a definition that this version would not have made."""
    labels = [choice.label for choice in definition.choices]
    again = choices_from(labels)
    if [(c.id, c.label) for c in again] != [(c.id, c.label) for c in definition.choices]:
        raise Refused(errors.CHOICES, count=len(labels), least=FEWEST, most=MOST)
    if clean(definition.title, longest=LONGEST_TITLE) != definition.title:
        raise Refused(errors.LABEL, text=definition.title, most=LONGEST_TITLE)
    _check_method(definition.method, len(labels))
    _check_numbers(definition.power, definition.quorum)
    _check_window(definition)


def _window(draft: Draft, created: int) -> Window:
    opens = max(int(draft.opens.timestamp()), created)
    return Window(opens, int(draft.closes.timestamp()), draft.early_close)


def _body_bytes(body: str) -> bytes:
    if "\0" in body or any("\ud800" <= c <= "\udfff" for c in body):
        raise Refused(errors.LABEL, text="", most=LONGEST_TITLE)
    return body.encode()


def _power(draft: Draft, asset: Asset) -> Power:
    return Power(asset, draft.transform, draft.minimum, tuple(sorted(set(draft.exclude))))


def _check_method(method: Method, choices: int) -> None:
    method_named(method.id)
    if not 1 <= method.seats < choices:
        raise Refused(errors.RULES, rule=f"seats: {method.seats}")
    for rule in method.tie_break:
        if rule not in TIE_RULES:
            raise Refused(errors.RULES, rule=rule)


def _check_numbers(power: Power, quorum: Quorum) -> None:
    cap_of(power.transform)
    if power.minimum < 1:
        raise Refused(errors.RULES, rule=f"minimum: {power.minimum}")
    if list(power.exclude) != sorted(set(power.exclude)):
        raise Refused(errors.RULES, rule="exclude")
    if quorum.people < 0 or quorum.power < 0:
        raise Refused(errors.RULES, rule="quorum")


def _check_window(definition: Definition) -> None:
    window = definition.window
    if not definition.created_at <= window.opens < window.closes:
        raise Refused(errors.WINDOW, opens=window.opens, closes=window.closes)
    if definition.snapshot.timestamp > definition.created_at:
        raise Refused(errors.WINDOW, opens=window.opens, closes=definition.snapshot.timestamp)
