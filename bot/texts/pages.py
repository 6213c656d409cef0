"""What a web page says when something did not happen."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.dialogue import Span, Style, plain
from bot.texts.words import known, say
from gating.errors import Fact, NeedsPerson, NotDone, Refused, TryLater

_ACTIONS = {
    "E-SIG": "Sign again",
    "E-NONCE": "Sign again",
    "E-WALLETCHAIN": "Try again",
    "E-NOHOLD": "Use another wallet",
    "E-EDITION": "Use another wallet",
    "E-WALLETTAKEN": "Use another wallet",
    "E-RATE": "Try again",
    "E-BADREQUEST": "Load again",
    "E-NOTPROVED": "Load again",
    "E-STATE": "Begin again",
    "E-OAUTH": "Try again",
    "E-NOTYOU": (
        "If the link is your own, sign in to the chat as its account and ask the bot for a new one"
    ),
}
BACK = "Go back to the chat"


@dataclass(frozen=True, slots=True)
class PageWords:
    """A failure in plain words: what happened, why, the code for support, and one action."""

    title: str
    text: str
    code: str
    action: str


def explain_on_page(error: NotDone, **club: Fact) -> PageWords:
    """The words for `error`; `club` gives the facts that every sentence may name."""
    key = error.code if known(error.code) else "E-UNKNOWN"
    text = plain(tuple(map(_timed, say(key, {"code": error.code, **club, **error.facts}))))
    action = _ACTIONS.get(error.code, "Try again" if isinstance(error, TryLater) else BACK)
    return PageWords(_title(error), text, error.code, action)


def _timed(span: Span) -> Span:
    """A page says times in UTC; only chats know how to show them in the reader's way."""
    if span.style is not Style.TIME:
        return span
    return Span(f"{datetime.fromtimestamp(int(span.text), UTC):%d %B %Y, %H:%M} UTC")


def _title(error: NotDone) -> str:
    match error:
        case Refused(code="E-NOTYOU"):
            return "Stop: this link is somebody else's"
        case TryLater():
            return "Not just now"
        case NeedsPerson():
            return "Somebody must look at this"
        case _:
            return "This did not open"
