"""From "Listen" to sound: a one-use ticket, one browser's session, a check on every read."""

from dataclasses import dataclass, field
from datetime import timedelta

from gating.access.refresh import RefreshAccess
from gating.errors import Refused, TryLater
from gating.model import Account, DropId, Fan, FanId, No, Unknown
from gating.model.drop import Drop, ListenSession
from gating.ports import Clock, Randomness, Store, Transaction
from gating.ports.drops import Content

TICKET_LIFETIME = timedelta(minutes=5)
SESSION_LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class OpenedPlayer:
    """A listening session: `token` is for this browser's cookie and nowhere else."""

    token: str = field(repr=False)
    drop: Drop


@dataclass(frozen=True, kw_only=True)
class MayListen:
    """Is the drop open to this fan now? Raises `Refused` with the reason, or `TryLater`."""

    refresh: RefreshAccess

    async def __call__(self, tx: Transaction, fan: FanId, drop: Drop) -> None:
        standing = await self.refresh.look_within(tx, fan)
        found = [each.now for each in standing.verdicts if each.gate.id == drop.gate]
        if not found:  # the club file no longer has the gate that the drop was given
            raise Refused("E-NODROP")
        match found[0]:
            case No(code, _, facts):
                wallets = ", ".join(standing.fan.addresses)
                raise Refused(code, **{**facts, "wallet": wallets})
            case Unknown(code):
                raise TryLater(code, after=60)


@dataclass(frozen=True, kw_only=True)
class StartListening:
    """Give a fan a link to the player; it works once, for five minutes.

    Raises `Refused`: E-NODROP, E-NOTLINKED, or the gate's own reason; `TryLater` where the
    chain is silent.
    """

    store: Store
    clock: Clock
    random: Randomness
    may_listen: MayListen

    async def __call__(self, account: Account, drop_id: DropId) -> str:
        async with self.store() as tx:
            drop = await tx.drops.get(drop_id)
            if drop is None:
                raise Refused("E-NODROP")
            fan = _linked(await tx.people.of_account(account))
            await self.may_listen(tx, fan.id, drop)
            ticket = self.random.token()
            await tx.drops.add_ticket(ticket, drop.id, fan.id, self.clock() + TICKET_LIFETIME)
        return ticket


@dataclass(frozen=True, kw_only=True)
class OpenPlayer:
    """Exchange a ticket for a session in the browser that asks first.

    Raises `Refused("E-LISTENLINK")` where the ticket is unknown, used or over its time, and as
    `MayListen` does; then the ticket stays good.
    """

    store: Store
    clock: Clock
    random: Randomness
    may_listen: MayListen

    async def __call__(self, ticket: str) -> OpenedPlayer:
        async with self.store() as tx:
            redeemed = await tx.drops.redeem_ticket(ticket)
            drop = await tx.drops.get(redeemed[0]) if redeemed else None
            if redeemed is None or drop is None:
                raise Refused("E-LISTENLINK")
            # asked before the ticket is spent for good: a silent chain must not cost it
            await self.may_listen(tx, redeemed[1], drop)
            return await self._open(tx, drop, redeemed[1])

    async def _open(self, tx: Transaction, drop: Drop, fan: FanId) -> OpenedPlayer:
        opened = OpenedPlayer(self.random.token(), drop)
        session = ListenSession(drop.id, fan, self.clock() + SESSION_LIFETIME)
        await tx.drops.open_session(opened.token, session)
        return opened


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The drop that a browser's session opens. Raises `Refused("E-LISTENLINK")`.

    A session is checked against the chain again when its time is over, and goes on if the fan
    still may; a chain that is silent then lets it run on, for nothing is taken on unknown.
    """

    store: Store
    clock: Clock
    may_listen: MayListen

    async def __call__(self, token: str, drop_id: DropId) -> Drop:
        async with self.store() as tx:
            session = await tx.drops.session(token)
            drop = await tx.drops.get(drop_id)
            if session is None or drop is None or session.drop != drop_id:
                raise Refused("E-LISTENLINK")
            if self.clock() >= session.expires_at:
                await self._renew(tx, token, session, drop)
        return drop

    async def _renew(
        self, tx: Transaction, token: str, session: ListenSession, drop: Drop
    ) -> None:
        try:
            await self.may_listen(tx, session.fan, drop)
        except TryLater:
            return
        until = self.clock() + SESSION_LIFETIME
        await tx.drops.open_session(token, ListenSession(session.drop, session.fan, until))


@dataclass(frozen=True, kw_only=True)
class ReadTrack:
    """The bytes `first` to `first + length - 1` of what the session may hear."""

    heard: Heard
    content: Content

    async def __call__(self, token: str, drop: DropId, first: int, length: int) -> bytes:
        track = (await self.heard(token, drop)).track
        return await self.content.read(track.digest, first, length)


def _linked(fan: Fan | None) -> Fan:
    if fan is None or not fan.wallets:
        raise Refused("E-NOTLINKED")
    return fan
