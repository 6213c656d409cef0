"""What is decided for the platforms and kept until it is done: passes, words, posts."""

from dataclasses import dataclass
from enum import IntEnum

from gating.model import Account, Block, Change, EntryId, FanId, Notice, Platform


class Urgency(IntEnum):
    """The order in which the outbox spends a platform's rate limit; lower goes first."""

    WAITING = 0
    ADDITION = 1
    REMOVAL = 2
    NEWS = 3


@dataclass(frozen=True, slots=True)
class PassChange:
    """Open or close one pass for one account. Doing it twice is the same as doing it once."""

    change: Change
    reason: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Say something to one person, and to nobody else.

    Said `aside` it does not wait behind what is still to be done for the account.
    """

    account: Account
    notice: Notice
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """Publish in a place of the club (`votes`, `drops`, ...), once per platform.

    `subject` (such as `poll:7c1e`) names what it is about, so that a later `Post` with the same
    subject redraws the message in place of adding another.
    """

    platform: Platform
    place: str
    subject: str
    notice: Notice


Act = PassChange | Tell | Post


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the outbox: what is to be done outside, decided in the same transaction."""

    act: Act
    urgency: Urgency
    id: EntryId | None = None
    attempts: int = 0
    in_doubt: bool = False
    """A worker claimed it before and never answered: it may have been done."""
    wait: float = 0.0
    """Seconds before it is due at all."""
    queue: str = ""
    """Where it waited for its platform (`gating.model.servers`); known once it is claimed."""

    @property
    def platform(self) -> Platform:
        match self.act:
            case PassChange(change):
                return change.account.platform
            case Tell(account):
                return account.platform
            case Post(platform):
                return platform

    @property
    def lane(self) -> str:
        """Entries of one lane are done in the order in which they were written."""
        match self.act:
            case PassChange(change):
                return str(change.account)
            case Tell(account, _, aside):
                return f"{account}:aside" if aside else str(account)
            case Post(platform, _, subject):
                return f"{platform}:{subject}"


@dataclass(frozen=True, slots=True)
class Wait:
    """A queue in which something is still to be done for an account.

    `place` counts the changes until the account's last one there is done, in the order in which
    they will be; 0 where it does not wait for its turn but for a person.
    """

    queue: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a look at one fan's access changes, with the block it was read at and the reason."""

    fan: FanId
    at: Block | None
    why: str
    changes: tuple[Change, ...] = ()
    entries: tuple[Entry, ...] = ()
