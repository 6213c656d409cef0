"""A link and the first browser that does something with it: from there on it is that one's."""

from dataclasses import replace
from datetime import datetime

from gating.errors import Refused
from gating.identity.sign_in import must_be_this_browser, must_be_usable
from gating.model.link import Link, LinkState
from gating.ports import Transaction


async def opened_by(tx: Transaction, token: str, browser: str, now: datetime) -> Link:
    """The link, bound to this browser now or before. Raises `Refused` as `ShowLink` does."""
    link = must_be_usable(await tx.links.by_token(token), now)
    if link.browser is not None:
        return must_be_this_browser(link, browser)
    opened = replace(link, state=LinkState.OPENED, browser=browser)
    if not await tx.links.move(link, opened):
        raise Refused("E-BROWSER")
    return opened
