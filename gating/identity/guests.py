"""Guest lists: a moderator makes a code, a fan enters it, a moderator takes off whom it let in.

A guest is a fan like any other, with or without a wallet. Codes are kept as a keyed hash, so that
neither a stolen dump nor a moderator can read one again.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gating.access.refresh import RefreshAccess
from gating.access.standing import Standing
from gating.errors import Refused, TryLater
from gating.identity.proof_code import normal
from gating.model import Account, Fan, FanId, Gate, Profile
from gating.model.guests import Guest, GuestCode, guest_lists
from gating.ports import Clock, Randomness, Store, Transaction
from gating.ports.guests import Seal

MOST_PLACES, MOST_DAYS = 1_000, 365
OFF = "taken off a guest list"


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A new code. Its letters are shown once and stand nowhere else."""

    letters: str = field(repr=False)
    kept: GuestCode


@dataclass(frozen=True, kw_only=True)
class MakeGuestCode:
    """A code that lets so many people onto a guest list, for so many days.

    Raises `Refused`: E-GUESTLIST (no gate asks for such a list), E-GUESTNUMBER.
    """

    store: Store
    clock: Clock
    random: Randomness
    seal: Seal
    gates: Sequence[Gate]

    async def __call__(self, list_: str, *, places: int, days: int, by: Account) -> MadeCode:
        must_be_a_list(list_, self.gates)
        if not (1 <= places <= MOST_PLACES and 1 <= days <= MOST_DAYS):
            raise Refused("E-GUESTNUMBER", people=MOST_PLACES, days=MOST_DAYS)
        letters, until = self.random.guest_code(), self.clock() + timedelta(days=days)
        async with self.store() as tx:
            kept = await tx.guests.add(
                list_, self.seal(normal(letters)), places=places, until=until
            )
            await _note(tx, "guest.code", kept, by=by)
        return MadeCode(letters, kept)


@dataclass(frozen=True, slots=True)
class Entered:
    """A fan on a guest list, and where that leaves the fan at the doors."""

    list: str
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class EnterGuestCode:
    """Put whoever enters a code on its list, and look at the doors at once.

    Wrong, over, stopped, all places taken, taken off since: the answer is the same, and tries are
    counted with those of all other codes. Who is on the list already takes no second place.
    Raises `Refused`: E-GUESTCODE, E-CODETRIES; `TryLater("E-FANBUSY")` where the fan's other chat
    does the same this very moment.
    """

    store: Store
    refresh: RefreshAccess
    seal: Seal

    async def __call__(self, account: Account, profile: Profile, text: str) -> Entered:
        async with self.store() as tx:
            await tx.guests.must_not_guess(account)
            code = _meant(self.seal(normal(text)), await tx.guests.in_time())
            fan = await self._let_in(tx, code, account, profile) if code else None
            if code is None or fan is None:
                await tx.guests.note_wrong(account)
            else:
                standing = await self.refresh.within(
                    tx, fan, why="entered a guest code", waiting=account
                )
        if code is None or fan is None:
            raise Refused("E-GUESTCODE")
        await self.refresh.wake()
        return Entered(code.list, standing)

    async def _let_in(
        self, tx: Transaction, code: GuestCode, account: Account, profile: Profile
    ) -> FanId | None:
        known = await tx.people.of_account(account)
        guest = await tx.guests.find(known.id, code.list) if known else None
        if known and guest and guest.off_at is None:
            return known.id
        after = guest is None or guest.off_at is None or guest.off_at < code.made_at
        if not after or not await tx.guests.take(code.number):
            return None
        fan = await _held(tx, await tx.people.enrol(account, profile))
        if not await tx.guests.put(fan.id, code):
            raise TryLater("E-FANBUSY", after=1)
        await _note(tx, "guest.in", code, fan=fan.id)
        return fan.id


@dataclass(frozen=True, kw_only=True)
class TakeOffGuest:
    """A moderator takes a fan off guest lists; what they opened ends by the gate's grace.

    An empty `list_` means every list. Raises `Refused("E-GUESTNONE")`.
    """

    store: Store
    refresh: RefreshAccess
    gates: Sequence[Gate]

    async def __call__(self, account: Account, list_: str = "", *, by: Account) -> Sequence[Guest]:
        if list_:
            must_be_a_list(list_, self.gates)
        async with self.store() as tx:
            fan = await tx.people.of_account(account)
            gone = await tx.guests.take_off(fan.id, list_ or None) if fan else ()
            await _note_off(tx, gone, by)
        if not gone:
            raise Refused("E-GUESTNONE")
        await self.refresh.each({guest.fan for guest in gone}, why=OFF)
        return gone


@dataclass(frozen=True, kw_only=True)
class StopGuestCode:
    """Nobody enters a code any more; `everybody`: whom it let in is taken off as well.

    Raises `Refused("E-GUESTNONE")`.
    """

    store: Store
    refresh: RefreshAccess

    async def __call__(
        self, number: int, *, by: Account, everybody: bool = False
    ) -> tuple[GuestCode, Sequence[Guest]]:
        async with self.store() as tx:
            code = await tx.guests.stop(number)
            if code is None:
                raise Refused("E-GUESTNONE")
            gone = await tx.guests.take_all_off(number) if everybody else ()
            await _note(tx, "guest.stop", code, by=by)
            await _note_off(tx, gone, by)
        await self.refresh.each([guest.fan for guest in gone], why=OFF)
        return code, gone


def must_be_a_list(list_: str, gates: Iterable[Gate]) -> None:
    """Raises `Refused("E-GUESTLIST", list=..., lists=...)`."""
    known = guest_lists(gates)
    if list_ not in known:
        raise Refused("E-GUESTLIST", list=list_[:40], lists=", ".join(known) or "none")


def _meant(seal: bytes, codes: Iterable[GuestCode]) -> GuestCode | None:
    """The code of this seal; each is compared, and each in constant time."""
    same = [code for code in codes if hmac.compare_digest(code.seal, seal)]
    return same[0] if same else None


async def _held(tx: Transaction, fan: Fan) -> Fan:
    try:
        return await tx.people.get(fan.id, lock=True)
    except Refused as merged:
        raise TryLater("E-FANBUSY", after=1) from merged


async def _note(
    tx: Transaction,
    what: str,
    code: GuestCode,
    *,
    fan: FanId | None = None,
    by: Account | None = None,
) -> None:
    facts = {"list": code.list, "code": f"#{code.number}"}
    if what == "guest.code":
        facts |= {"places": str(code.places), "until": _day(code.expires_at)}
    await tx.audit.note(what, fan=fan, at=None, facts=facts | ({"by": str(by)} if by else {}))


async def _note_off(tx: Transaction, gone: Iterable[Guest], by: Account) -> None:
    for guest in gone:
        facts = {"list": guest.list, "code": f"#{guest.code}", "by": str(by)}
        await tx.audit.note("guest.off", fan=guest.fan, at=None, facts=facts)


def _day(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
