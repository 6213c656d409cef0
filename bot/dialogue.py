"""What any chat platform can say: one request in, one reply out.

Doors turn their library's events into a `Request` and draw a `Reply`; commands know neither
library. Text is a row of styled spans, so a name with markup in it can never become markup:
each door escapes span by span.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gating.model import Account, Platform, Profile

MAX_ACTION_BYTES = 64
"""Telegram's limit for callback data; Discord's custom ids may be longer."""


class Style(StrEnum):
    """How a span is shown. A `TIME` span holds UTC seconds and is shown in the reader's way."""

    PLAIN = "plain"
    BOLD = "bold"
    CODE = "code"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style; its text is never markup."""

    text: str
    style: Style = Style.PLAIN


Text = tuple[Span, ...]


def plain(text: Text) -> str:
    """The words alone, for logs, alt texts and tests."""
    return "".join(span.text for span in text)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person sent. `size` in bytes; `data` is there once the door fetched it."""

    filename: str
    media_type: str
    size: int
    data: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One thing a person did: pressed a button, typed a word, filled a form, sent a file.

    `command` is a name of the command table and `argument` what came with it. `public` is true
    where others read along. `event` is the platform's own id of what was done: delivered again,
    it is the same.
    """

    account: Account
    profile: Profile
    command: str
    argument: str = field(default="", repr=False)
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    attachment: Attachment | None = None
    public: bool = False
    event: str = ""
    locale: str = "en"

    @property
    def platform(self) -> Platform:
        return self.account.platform


class Look(StrEnum):
    """How loud a button is."""

    PRIMARY = "primary"
    QUIET = "quiet"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A label and either a command to run or an address to open."""

    label: str
    command: str = ""
    argument: str = ""
    url: str = ""
    look: Look = Look.QUIET

    @property
    def action(self) -> str:
        """What comes back when it is pressed; survives a restart. At most 64 bytes."""
        action = f"{self.command}:{self.argument}" if self.argument else self.command
        if len(action.encode()) > MAX_ACTION_BYTES:
            raise ValueError(f"button action over {MAX_ACTION_BYTES} bytes: {action!r}")
        return action


def read_action(action: str) -> tuple[str, str]:
    """The command and argument of a pressed button."""
    command, _, argument = action.partition(":")
    return command, argument


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG and the words that stand for it."""

    png: bytes
    alt: str
    filename: str = "picture.png"


@dataclass(frozen=True, slots=True)
class Document:
    """A file for the person who asked; it is sent in a message of its own and never redrawn."""

    data: bytes = field(repr=False)
    filename: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `long` asks for several lines.

    `longest` is the most letters of an answer; 0 leaves it to the platform.
    """

    name: str
    label: str
    hint: str = ""
    default: str = ""
    long: bool = False
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """Questions asked together where the platform can, else one at a time; at most five.

    The answers come back as a `Request` with this command and argument.
    """

    command: str
    title: str
    fields: tuple[Field, ...]
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back. `private`: only the person who asked sees it, where others read along.

    `update` redraws the message whose button was pressed. With `form` the text is a lead-in.
    """

    text: Text = ()
    rows: tuple[tuple[Button, ...], ...] = ()
    picture: Picture | None = None
    private: bool = True
    update: bool = False
    form: Form | None = None
    file: Document | None = None
