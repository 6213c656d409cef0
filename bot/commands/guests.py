"""Guest lists: a fan enters a code; moderators make codes, see who came, and take people off."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.commands import buttons
from bot.commands.named import who_is_meant
from bot.commands.rights import must_be_moderator
from bot.dialogue import MAX_ACTION_BYTES, Button, Field, Form, Look, Reply, Request, Text
from bot.services import Services
from bot.texts.words import say
from gating.errors import Fact, Refused
from gating.identity.guests import MOST_DAYS, MOST_PLACES, must_be_a_list
from gating.model import Fan
from gating.model.guests import Guest, GuestCode, guest_lists
from gating.ports import Transaction

PLACES, DAYS = 10, 14
"""What the form offers for a new code."""
NAMES, CODES, LISTS = 60, 4, 4
"""What is shown at most: names and codes of one list, and lists with a button (Discord's five
rows)."""
A_RULE = '{ code = "guests" }'
_NUMBER = re.compile(r"#?(\d{1,18})", re.ASCII)
_CODE = re.compile(r"#\d{1,18}", re.ASCII)


async def enter(request: Request, services: Services, code: str) -> Reply:
    """A fan enters a code; what it opens is told as everything that opens is."""
    entered = await services.guests.enter(request.account, request.profile, code)
    return Reply(say("guest.in", list=entered.list), rows=((buttons.ME, buttons.WHY),))


async def guests(request: Request, services: Services) -> Reply:
    """All guest lists, or one of them with its codes and people."""
    must_be_moderator(request, services)
    known = guest_lists(services.club.gates)
    if not known:
        return Reply(say("guests.none", rule=A_RULE))
    if request.argument or len(known) == 1:
        return await _one(request.argument or known[0], services)
    async with services.store() as tx:
        counts = [len(await tx.guests.on(each)) for each in known]
    lines = "\n".join(f"{each}: {count}" for each, count in zip(known, counts, strict=True))
    chosen = [Button(each, "guests", each) for each in known[:LISTS] if _fits(each)]
    return Reply(say("guests.lists", lines=lines), rows=tuple((each,) for each in chosen))


async def _one(list_: str, services: Services) -> Reply:
    must_be_a_list(list_, services.club.gates)
    async with services.store() as tx:
        codes, inside = await tx.guests.codes(list_), await tx.guests.on(list_)
        names = [await _name(tx, guest) for guest in inside[:NAMES]]
    listed = ", ".join(names) + (f" and {len(inside) - NAMES} more" if inside[NAMES:] else "")
    facts: dict[str, Fact] = {"list": list_, "count": len(inside), "names": listed or "nobody yet"}
    shown = codes[:CODES]
    told = [say("guests.list", facts), *(_line(code, services) for code in shown)]
    if codes[CODES:]:
        told.append(say("guests.more", count=len(codes) - CODES))
    new = ((Button(buttons.NEW_GUEST_CODE, "guest_new", list_, look=Look.PRIMARY),),)
    rows = (*(new if _fits(list_) else ()), *map(_offered, shown))
    return Reply(tuple(span for line in told for span in line), rows=rows)


def _line(code: GuestCode, services: Services) -> Text:
    """Each code with how many of how many came."""
    facts: dict[str, Fact] = {
        "number": f"#{code.number}",
        "used": code.used,
        "places": code.places,
        "until": int(code.expires_at.timestamp()),
    }
    usable = code.open_at(services.clock())
    return say("guests.code" if usable else "guests.code.over", facts)


def _offered(code: GuestCode) -> tuple[Button, ...]:
    number = f"#{code.number}"
    stop = Button(f"Stop {number}", "guest_stop", number)
    off = Button(f"Take {number} off", "guest_off", number, look=Look.DANGER)
    return (off,) if code.stopped else (stop, off)


async def new(request: Request, services: Services) -> Reply:
    """Ask how many and for how long; then show the code, once."""
    must_be_moderator(request, services)
    said = request.answers
    if "places" not in said:
        return Reply(say("guest.ask"), form=_form(request.argument, services))
    made = await services.guests.make(
        said.get("list", "").strip(),
        places=_number(said["places"]),
        days=_number(said.get("days", "")),
        by=request.account,
    )
    facts: dict[str, Fact] = {
        "number": f"#{made.kept.number}",
        "list": made.kept.list,
        "code": made.letters,
        "places": made.kept.places,
        "until": int(made.kept.expires_at.timestamp()),
    }
    return Reply(say("guest.made", facts))


def _form(named: str, services: Services) -> Form:
    known = guest_lists(services.club.gates)
    chosen = named if named in known else next(iter(known), "")
    fields = (
        Field("list", "The guest list", default=chosen),
        Field("places", f"How many people (1 to {MOST_PLACES})", default=str(PLACES)),
        Field("days", f"For how many days (1 to {MOST_DAYS})", default=str(DAYS)),
    )
    return Form("guest_new", "A code for a guest list", fields)


async def off(request: Request, services: Services) -> Reply:
    """Take off a person (`@name`, with a list or of all) or whom a code let in (`#3`)."""
    must_be_moderator(request, services)
    who, _, list_ = request.argument.strip().partition(" ")
    if _CODE.fullmatch(who):
        code, gone = await services.guests.stop(int(who[1:]), by=request.account, everybody=True)
        return Reply(say("guest.code.off", number=who, list=code.list, count=len(gone)))
    if not who:
        raise Refused("E-GUESTNONE")
    account = await who_is_meant(replace(request, argument=who), services)
    taken = await services.guests.take_off(account, list_.strip(), by=request.account)
    async with services.store() as tx:
        name = await tx.people.name(account)
    return Reply(say("guest.off", name=name, lists=", ".join(guest.list for guest in taken)))


async def stop(request: Request, services: Services) -> Reply:
    """Nobody enters this code any more; who is in stays."""
    must_be_moderator(request, services)
    number = _number(request.argument)
    code, _ = await services.guests.stop(number, by=request.account)
    return Reply(say("guest.stopped", number=f"#{number}", list=code.list))


async def lists_of(fan: Fan, services: Services) -> Sequence[str]:
    """The guest lists on which the fan stands."""
    known = guest_lists(services.club.gates)
    async with services.store() as tx:
        found = await tx.guests.since([fan.id], known)
    return [each for each in known if (fan.id, each) in found]


async def _name(tx: Transaction, guest: Guest) -> str:
    accounts = (await tx.people.get(guest.fan)).accounts
    return await tx.people.name(accounts[0]) if accounts else guest.fan[:8]


def _number(text: str) -> int:
    """A whole number, with or without the mark of a code; 0 for anything else."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else 0


def _fits(list_: str) -> bool:
    return len(f"guest_new:{list_}".encode()) <= MAX_ACTION_BYTES
