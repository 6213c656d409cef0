"""A browser lets go of its link, so that another device of the same fan can do the errand."""

from dataclasses import dataclass, replace
from datetime import datetime

from gating.errors import Refused
from gating.identity.lanes import timed
from gating.identity.sign_in import must_be_this_browser, must_be_usable
from gating.model.link import Link, LinkState
from gating.ports import Clock, Store


@dataclass(frozen=True, kw_only=True)
class LetGo:
    """Give a link back as it was issued; answers whether this browser had held it.

    Nothing that was shown here goes along: the next browser proves the account itself and gets a
    text of its own. Raises `Refused` as `ShowLink` does, E-BROWSER where another browser holds
    the link, E-PENDING where a wallet has signed already.
    """

    store: Store
    clock: Clock

    async def __call__(self, token: str, browser: str) -> bool:
        now = self.clock()
        async with self.store() as tx:
            link = must_be_usable(await tx.links.by_token(token), now)
            if link.browser is None:
                return False
            held = must_be_unsigned(must_be_this_browser(link, browser))
            if not await tx.links.move(held, as_issued(held, now)):
                raise Refused("E-NONCE")
        return True


def must_be_unsigned(link: Link) -> Link:
    """Raises `Refused("E-PENDING")` where the signature is there and its code is to come."""
    if link.state is LinkState.PENDING_CODE:
        raise Refused("E-PENDING")
    return link


def as_issued(link: Link, now: datetime) -> Link:
    """The link before any browser opened it, with what is left of its time."""
    fresh = replace(link, state=LinkState.ISSUED, proved=False, browser=None)
    return timed(replace(fresh, errand=None, challenge=None), now, shared=False)
