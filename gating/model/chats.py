"""What is said of the chats that gates open and of those in which the bot posts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Powers:
    """What the bot may do in a chat: let people in and out (`door`), and post there (`post`)."""

    door: bool = False
    post: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link by which one account asks to join one chat, until it is over.

    Whoever else has it can ask as well, and is judged like everybody who asks: it lets nobody in.
    """

    url: str
    title: str
    until: datetime
