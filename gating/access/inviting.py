"""A way back for who may come in and is not inside: a link by which the account asks to join.

A Telegram group opens only to who asks. Whoever we removed may have lost its link since, so who
holds enough again is told once, with a link that asks to join in that account's name alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gating.access.plan import Verdict, ways_in
from gating.access.standing import Standing
from gating.errors import NotDone, TryLater
from gating.model import Account, Change, Known, Platform, Step
from gating.model.chats import Invitation
from gating.ports import Clock, Store
from gating.ports.chats import Inviter

LASTS = timedelta(days=1)


def ways_back(verdicts: Sequence[Verdict], known: Known) -> tuple[Change, ...]:
    """The chats that we took and that are open to the account again, unless it is at the door."""
    if not known.owed:  # as almost always, and everybody is looked at
        return ()
    changes = []
    for account, target, leading in ways_in(verdicts, known.fan.accounts):
        opening = [verdict.gate.id for verdict in leading if verdict.opens]
        is_owed = target in known.owed.get(account, ()) and not _is_at(known, account, target)
        if opening and is_owed:
            changes.append(Change(Step.INVITE, account, opening[0], target))
    return tuple(changes)


def _is_at(known: Known, account: Account, target: str) -> bool:
    """Inside, or at the door."""
    held = any((one.account, one.target) == (account, target) for one in known.held)
    return held or target in known.knocks.get(account, ())


def missing(standing: Standing, account: Account) -> tuple[str, ...]:
    """The chats that are open to the account, of which it has none from us."""
    if account.platform is not Platform.TELEGRAM:
        return ()
    has = {one.target for one in standing.held if one.account == account}
    opened = (change for change in standing.changes if change.step is Step.OPEN)
    has |= {change.target for change in opened if change.account == account}
    return tuple(
        target
        for _, target, leading in ways_in(standing.verdicts, (account,))
        if target not in has and any(verdict.opens for verdict in leading)
    )


@dataclass(frozen=True, kw_only=True)
class FindWayBack:
    """The link by which this account asks to join this chat: one at a time, made when asked for.

    None for who is inside already, and where a platform needs no links. Raises what
    `Inviter.invite` raises.
    """

    store: Store
    clock: Clock
    inviters: Mapping[Platform, Inviter]

    async def __call__(self, account: Account, target: str) -> Invitation | None:
        inviter = self.inviters.get(account.platform)
        if inviter is None:
            return None
        async with self.store() as tx:
            standing = await tx.invitations.of(account, target)
        if standing is not None:
            return standing
        made = await inviter.invite(account, target, self.clock() + LASTS)
        if made is None:
            return None
        async with self.store() as tx:
            kept = await tx.invitations.keep(account, target, made)
        if kept.url != made.url:
            await inviter.revoke(target, made.url)
        return kept


@dataclass(frozen=True, kw_only=True)
class RetireLinks:
    """Revoke every link that is over: used, or past its time; how many.

    What cannot be revoked now is kept for the next time; a link past its time asks no more.
    """

    store: Store
    inviters: Mapping[Platform, Inviter]

    async def __call__(self) -> int:
        async with self.store() as tx:
            over = await tx.invitations.over()
        retired = 0
        for account, target, url in over:
            inviter = self.inviters.get(account.platform)
            if inviter is not None and await _revoked(inviter, target, url):
                async with self.store() as tx:
                    await tx.invitations.drop(account, target, url)
                retired += 1
        return retired

    async def used(self, account: Account, target: str) -> None:
        """The account is inside by now, whichever way it took."""
        async with self.store() as tx:
            had_link = await tx.invitations.use(account, target)
        if had_link:
            await self()


async def _revoked(inviter: Inviter, target: str, url: str) -> bool:
    try:
        await inviter.revoke(target, url)
    except TryLater:
        return False
    except NotDone:
        return True  # the chat is closed to the bot, and with it whatever the bot made there
    return True
