"""The same word to several: to every chat of a person, or to the moderators on every platform."""

from collections.abc import Iterable, Mapping

from gating.errors import Fact
from gating.model import Account, Notice, Platform
from gating.model.entries import Entry, Post, Tell, Urgency

OPS = "ops"
"""The place in which moderators are told what only they can mend, or should know."""


def told(accounts: Iterable[Account], notice: Notice, urgency: Urgency) -> tuple[Entry, ...]:
    """A private word to each of these accounts."""
    return tuple(Entry(Tell(account, notice), urgency) for account in accounts)


def stopped(code: str, facts: Mapping[str, Fact]) -> str:
    """The subject of the word that something has stopped: one per reason, and per chat, place or
    server if the reason lies in one."""
    where = facts.get("chat") or facts.get("place") or facts.get("server")
    return f"stuck:{code}:{where}" if where else f"stuck:{code}"


def told_backstage(
    platforms: Iterable[Platform],
    subject: str,
    notice: Notice,
    urgency: Urgency = Urgency.ADDITION,
) -> tuple[Entry, ...]:
    """A word to the moderators on each platform; a later word with the same subject redraws it."""
    posts = (Post(platform, OPS, subject, notice) for platform in platforms)
    return tuple(Entry(post, urgency) for post in posts)
