"""What the chats are told of a poll. Doors draw the words and the card from the poll itself."""

from collections.abc import Iterable

from gating.model import Entry, Notice, Platform, Post, Urgency
from governance.model import PollId

PLACE = "votes"
ANNOUNCED, OPEN, RESULT, CANCELLED = (
    "poll.announced",
    "poll.open",
    "poll.result",
    "poll.cancelled",
)


def news(key: str, poll: PollId, platforms: Iterable[Platform]) -> list[Entry]:
    """One post per platform; a later one about the same poll redraws it."""
    notice = Notice(key, {"poll": poll})
    return [
        Entry(Post(platform, PLACE, f"poll:{poll}", notice), Urgency.NEWS)
        for platform in platforms
    ]
