"""Telegram's refusals as ours. The Bot API names them in words only."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)
from telegram.error import TelegramError as LibraryError

from bot.platforms.telegram_limits import seconds_to_wait
from gating.errors import NeedsPerson, NotDone, Refused, TryLater

BUSY = "E-TELEGRAMBUSY"

NOT_MODIFIED = ("message is not modified",)
NO_REQUEST = ("hide_requester_missing", "user_already_participant")
UNKNOWN_PERSON = (
    "user not found",
    "participant_id_invalid",
    "user_id_invalid",
    "member not found",
)
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")
NO_TEXT = ("there is no text in the message to edit",)
CLOSED_CHAT = ("chat not found", "peer_id_invalid", "user is deactivated")
NO_RIGHTS = ("not enough rights", "chat_admin_required", "chat not found", "need administrator")


NO_LINK = ("invite_hash_expired", "invite_hash_invalid")
NO_TOPIC = ("message thread not found", "topic_deleted")
CLOSED_TOPIC = ("topic_closed",)
KEEPS_NOBODY_OUT = ("supergroup and channel chats only",)
"""A group of the small kind has no bans that could be lifted."""
RIGHTS, POSTING = "E-TGRIGHTS", "E-TGPOST"

NO_ANSWER = ("bad gateway", "gateway timeout", "readerror", "remoteprotocolerror")
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def says(error: LibraryError, phrases: tuple[str, ...]) -> bool:
    """Whether the refusal is one of these."""
    words = error.message.casefold()
    return any(phrase in words for phrase in phrases)


@contextmanager
def to_person() -> Iterator[None]:
    """What goes wrong inside is about writing to one person."""
    try:
        yield
    except LibraryError as error:
        if isinstance(error, Forbidden) or says(error, CLOSED_CHAT):
            raise Refused("E-DMCLOSED") from error
        raise _ours(error) from error


@contextmanager
def in_chat(chat: str, code: str = RIGHTS) -> Iterator[None]:
    """What goes wrong inside is about a group or channel; `code` names the rights it needs."""
    try:
        yield
    except LibraryError as error:
        if isinstance(error, Forbidden) or says(error, NO_RIGHTS):
            raise NeedsPerson(code, chat=chat) from error
        if isinstance(error, ChatMigrated):
            raise NeedsPerson("E-TGMOVED", chat=chat, now=error.new_chat_id) from error
        raise _ours(error) from error


@contextmanager
def in_place(place: str, chat: str) -> Iterator[None]:
    """What goes wrong inside is about a place in which the bot posts."""
    with in_chat(chat, POSTING):
        try:
            yield
        except BadRequest as error:
            if says(error, CLOSED_TOPIC):
                raise NeedsPerson("E-TGTOPICCLOSED", place=place) from error
            if says(error, NO_TOPIC):
                raise NeedsPerson("E-TGTOPIC", place=place) from error
            raise


@contextmanager
def said_once(subject: str) -> Iterator[None]:
    """What is sent inside may not be sent twice, and Telegram cannot recognise a repeat.

    Raises `NeedsPerson` E-UNSURE where the message may be there although no answer came.
    """
    try:
        yield
    except NetworkError as error:
        if _may_be_done(error):
            raise NeedsPerson("E-UNSURE", subject=subject) from error
        raise


def _may_be_done(error: NetworkError) -> bool:
    """A request that never left was not carried out, nor one that was refused."""
    if isinstance(error.__cause__, NEVER_LEFT):
        return False
    return isinstance(error, TimedOut) or says(error, NO_ANSWER)


def _ours(error: LibraryError) -> NotDone:
    if isinstance(error, RetryAfter):
        return TryLater(BUSY, after=seconds_to_wait(error))
    if isinstance(error, InvalidToken):
        return NeedsPerson("E-TELEGRAMTOKEN")
    if isinstance(error, BadRequest):
        return NeedsPerson("E-TELEGRAM", detail=error.message)
    return TryLater(BUSY)
