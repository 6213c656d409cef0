"""What a web page says when something did not happen."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.dialogue import Span, Style, Text
from bot.texts.words import known, say
from gating.errors import Fact, NeedsPerson, NotDone, Refused, TryLater

_ACTIONS = {
    "E-SIG": "Sign again",
    "E-NONCE": "Sign again",
    "E-ADDRESS": "Write it again",
    "E-WALLETCHAIN": "Try again",
    "E-NOHOLD": "Use another wallet",
    "E-EDITION": "Use another wallet",
    "E-WALLETCOOL": "Use another wallet",
    "E-FANBUSY": "Try again",
    "E-NOVISIT": "Load again",
    "E-NOWALLET": "Load again",
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
    text = _read(say(key, {"code": error.code, **club, **error.facts}))
    action = _ACTIONS.get(error.code, "Try again" if isinstance(error, TryLater) else BACK)
    return PageWords(_title(error), text, error.code, action)


def _read(text: Text) -> str:
    """The words alone; a page has no mark that the reader's own clock fills in."""
    return "".join(_moment(span) if span.style is Style.TIME else span.text for span in text)


def _moment(span: Span) -> str:
    return f"{datetime.fromtimestamp(int(span.text), UTC):%d %B %H:%M UTC}".lstrip("0")


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
