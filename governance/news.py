"""What the chats are told of a poll. Doors draw the words and the card from the poll itself."""

from collections.abc import Iterable

from gating.model import Notice, Platform
from gating.model.entries import Entry, Post, Urgency
from governance.model import PollId

PLACE = "votes"
ANNOUNCED, OPEN, ENDED, RESULT, CANCELLED = (
    "poll.announced",
    "poll.open",
    "poll.ended",
    "poll.result",
    "poll.cancelled",
)


def news(key: str, poll: PollId, platforms: Iterable[Platform]) -> list[Entry]:
    """One post per platform; a later one about the same poll redraws it."""
    return _posts(key, f"poll:{poll}", poll, platforms)


def results(poll: PollId, platforms: Iterable[Platform]) -> list[Entry]:
    """The result as a new post, and the poll's own message without its buttons.

    Nobody scrolls back for days to see a message that was redrawn.
    """
    everywhere = tuple(platforms)
    return [
        *_posts(RESULT, f"result:{poll}", poll, everywhere),
        *news(ENDED, poll, everywhere),
    ]


def _posts(key: str, subject: str, poll: PollId, platforms: Iterable[Platform]) -> list[Entry]:
    notice = Notice(key, {"poll": poll})
    return [Entry(Post(platform, PLACE, subject, notice), Urgency.NEWS) for platform in platforms]
