"""What happened on Telegram, as a `Request`. Nothing here waits, except for a file's bytes."""

from collections.abc import Callable, Iterable

from telegram import (
    Audio,
    CallbackQuery,
    ChatMember,
    ChatMemberRestricted,
    Document,
    Message,
    User,
    Voice,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.dialogue import Attachment, Request, read_action
from bot.platforms.telegram_place import Spot
from bot.platforms.words import FILE, START, TEXT, CommandWord, read_line
from gating.model import Account, Platform, Profile

MAX_FILE = 20 * 1024 * 1024
"""Bytes that a bot may download (Bot API: getFile)."""

Upload = Audio | Document | Voice


def account_of(user: User) -> Account:
    return Account(Platform.TELEGRAM, str(user.id))


def profile_of(user: User) -> Profile:
    return Profile(user.username or "", user.full_name)


def speaker(message: Message) -> User | None:
    """Who is behind a message; None where `from` names a stand-in.

    Anonymous administrators and channels write as a chat: `sender_chat` is set, and `from` is
    an account of Telegram's that stands for thousands (Bot API: Message).
    """
    user = message.from_user
    is_person = message.sender_chat is None and user is not None and not user.is_bot
    return user if is_person else None


def typed(message: Message) -> str:
    """The line that the sender wrote; what others wrote and they pass on is no command of theirs
    (Bot API: Message.forward_origin)."""
    return "" if message.forward_origin is not None else (message.text or "").strip()


def is_private(message: Message) -> bool:
    return message.chat.type == ChatType.PRIVATE


def spot_of(message: Message) -> Spot:
    """Where an answer to the message belongs. A thread is a topic only if it says so: replies
    in other groups have one as well (Bot API: Message.is_topic_message)."""
    return Spot(message.chat.id, message.message_thread_id if message.is_topic_message else None)


def upload_in(message: Message) -> Upload | None:
    return message.audio or message.document or message.voice


def read_text(
    message: Message, user: User, words: Iterable[CommandWord], *, bot_name: str
) -> Request | None:
    """The request of a typed line; None for what people in a group say to each other."""
    line = typed(message)
    first, _, rest = line.partition(" ")
    name, _, addressee = first.partition("@")
    if first.startswith("/"):
        if addressee and addressee.casefold() != bot_name.casefold():
            return None
        line = f"{name} {rest}"
    command, argument = _command(line, words)
    if not is_private(message) and (command == TEXT or not first.startswith("/")):
        return None
    public = not is_private(message)
    return request_of(user, command, argument, event=event_of(message), public=public)


async def read_file(
    message: Message, user: User, upload: Upload, may_send: Callable[[Account], bool]
) -> Request:
    """The request of a file, with its bytes where Telegram gives them to bots.

    Nothing is fetched from who may not send any: the refusal needs no bytes.
    """
    size = upload.file_size or 0
    data = None
    if size <= MAX_FILE and may_send(account_of(user)):
        data = bytes(await (await upload.get_file()).download_as_bytearray())
    name = getattr(upload, "file_name", None) or "file"
    attachment = Attachment(name, upload.mime_type or "application/octet-stream", size, data)
    caption = message.caption or ""
    return request_of(user, FILE, caption, event=event_of(message), attachment=attachment)


def read_press(query: CallbackQuery) -> Request:
    """The request of a pressed button; `from` of a press is always the person."""
    command, argument = read_action(query.data or "")
    public = is_public(query)
    return request_of(query.from_user, command, argument, event=query.id, public=public)


def is_public(query: CallbackQuery) -> bool:
    """Whether others see the button that was pressed."""
    return query.message is None or query.message.chat.type != ChatType.PRIVATE


def event_of(message: Message) -> str:
    """A message's id, which is its own within its chat only."""
    return f"{message.chat.id}/{message.message_id}"


def request_of(
    user: User,
    command: str,
    argument: str,
    *,
    event: str,
    public: bool = False,
    attachment: Attachment | None = None,
) -> Request:
    return Request(
        account=account_of(user),
        profile=profile_of(user),
        command=command,
        argument=argument,
        attachment=attachment,
        public=public,
        event=event,
        locale=user.language_code or "en",
    )


def is_inside(member: ChatMember) -> bool:
    """Whether somebody of this standing is in the chat; restricted people may be either."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}


def _command(line: str, words: Iterable[CommandWord]) -> tuple[str, str]:
    first, _, rest = line.partition(" ")
    if first.casefold() == f"/{START}":
        return START, rest.strip()
    return read_line(line, words)
