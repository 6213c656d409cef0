"""One sentence for the person at the command line."""

from bot.dialogue import plain
from bot.texts.words import known, say
from gating.errors import NotDone


def complaint(stuck: BaseExceptionGroup[NotDone]) -> str:
    """Why the program ends, for the first of what went wrong."""
    error: BaseException = stuck
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, NotDone) and known(error.code):
        return f"{plain(say(error.code, error.facts))} [{error.code}]"
    return str(error)
