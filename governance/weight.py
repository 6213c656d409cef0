"""What a person's ballot weighs, and why it may weigh nothing.

Wallets are merged per person before caps apply, so that splitting copies gains nothing.
"""

import re
from collections.abc import Callable, Collection, Mapping

from gating.errors import Refused
from gating.model import Address
from governance import errors
from governance.model import Definition, Power, WhyZero

_CAP = re.compile(r"[1-9][0-9]{0,77}")


def cap_of(transform: str) -> int | None:
    """The most that one person can weigh, None for no limit; else refused (`E-POLLRULES`)."""
    match transform.split(":"):
        case ["none"]:
            return None
        case ["one_per_person"]:
            return 1
        case ["cap", number] if _CAP.fullmatch(number):
            return int(number)
    raise Refused(errors.RULES, rule=transform)


def weigh(power: Power, held: int) -> int:
    """The weight of somebody whose wallets together `held` this at the snapshot."""
    return weighing(power)(held)


def weighing(power: Power) -> Callable[[int], int]:
    """`weigh` for many people, with the rules read once."""
    minimum, cap = power.minimum, cap_of(power.transform)

    def weight(held: int) -> int:
        if held < minimum:
            return 0
        return held if cap is None else min(held, cap)

    return weight


def why_zero(
    power: Power,
    *,
    wallets: Collection[Address],
    free: Mapping[Address, int],
    claimed: Collection[Address],
    holds_now: int = 0,
    elsewhere: bool = False,
) -> WhyZero | None:
    """The one reason why these wallets weigh nothing; None if they weigh something.

    `free` are the wallets in the census that nobody else has voted with, and what they held;
    `claimed` those that somebody else has voted with; `holds_now` counts present copies;
    `elsewhere`: a vault delegates to one of the wallets, but speaks for somebody else.
    """
    if not wallets:
        return WhyZero.NOT_LINKED
    if free:
        held = sum(free.values())
        return WhyZero.BELOW_MINIMUM if weigh(power, held) == 0 else None
    if claimed:
        return WhyZero.ALREADY_VOTED_WITH
    if elsewhere:
        return WhyZero.LENT_ELSEWHERE
    if set(wallets) & set(power.exclude):
        return WhyZero.EXCLUDED_ADDRESS
    return WhyZero.BOUGHT_AFTER_BLOCK if holds_now else WhyZero.HELD_NOTHING


def refusal(reason: WhyZero, definition: Definition, held: int) -> Refused:
    """The same reason as an answer to somebody who tried to vote."""
    match reason:
        case WhyZero.NOT_LINKED:
            return Refused(errors.NOT_LINKED)
        case WhyZero.BELOW_MINIMUM:
            return Refused(errors.BELOW_MINIMUM, held=held, minimum=definition.power.minimum)
        case WhyZero.EXCLUDED_ADDRESS:
            return Refused(errors.EXCLUDED)
        case WhyZero.ALREADY_VOTED_WITH:
            return Refused(errors.CLAIMED)
        case WhyZero.LENT_ELSEWHERE:
            return Refused(errors.LENT_ELSEWHERE)
        case WhyZero.BOUGHT_AFTER_BLOCK | WhyZero.HELD_NOTHING:
            block = definition.snapshot
            return Refused(errors.SNAPSHOT, block=block.number, at=block.timestamp)
