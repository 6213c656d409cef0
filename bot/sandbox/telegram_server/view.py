"""What one person sees of a chat, for tests to read."""

from dataclasses import dataclass

from bot.sandbox.telegram_server.state import Account, Chat, Message, StoredFile
from bot.sandbox.telegram_server.world import World


@dataclass(frozen=True)
class MessageView:
    """One message as it stands on a person's screen."""

    id: int
    chat: int
    text: str
    sender: str
    sender_id: int
    date: int
    buttons: tuple[tuple[str, ...], ...] = ()
    media: tuple[StoredFile, ...] = ()
    service: str = ""
    edited: bool = False
    protected: bool = False
    reply_to: int = 0
    topic: int = 0
    entities: tuple[tuple[str, str], ...] = ()
    preview: bool = True

    @property
    def labels(self) -> tuple[str, ...]:
        """All button texts, row by row."""
        return tuple(label for row in self.buttons for label in row)


def chat_number(chat: Chat) -> int:
    """How a person's app names a chat: a private chat by the bot's id."""
    return chat.bot or chat.id


def sender_of(world: World, message: Message) -> Account:
    """Who is shown above a message; groups and channels speak under their own name."""
    chat = message.chat
    if chat.kind == "channel" or message.sender_chat:
        place = world.rooms.get(message.sender_chat, chat)
        return Account(place.id, False, place.title, place.username, place.color)
    return world.accounts[message.sender]


def service_line(world: World, message: Message) -> str:
    """The words of a service message, empty for others."""
    content = message.service
    if not content:
        return ""
    causer = world.accounts[message.sender].first_name
    if "new_chat_members" in content:
        joined = ", ".join(world.accounts[each].first_name for each in content["new_chat_members"])
        return f"{joined} joined the group"
    if "left_chat_member" in content:
        gone = content["left_chat_member"]
        name = world.accounts[gone].first_name
        return f"{name} left the group" if gone == message.sender else f"{causer} removed {name}"
    if "pinned_message" in content:
        return f"{causer} pinned a message"
    if "web_app_data" in content:
        return f"You sent data from “{content['web_app_data']['button_text']}”"
    return next(iter(content)).replace("_", " ")


def may_read(world: World, chat: Chat, user: int) -> bool:
    """Members read; everybody reads their own private chats."""
    return bool(chat.bot) or world.member(chat, user).is_inside


def messages_for(world: World, chat: Chat, user: int) -> list[Message]:
    """All messages on this person's screen, oldest first."""
    if not may_read(world, chat, user):
        return []
    return [chat.messages[number] for number in sorted(chat.messages)]


def message_view(world: World, message: Message) -> MessageView:
    """One message in the form tests use."""
    sender = sender_of(world, message)
    rows = (message.buttons or {}).get("inline_keyboard", [])
    return MessageView(
        id=message.id,
        chat=chat_number(message.chat),
        text=message.text,
        sender=sender.first_name,
        sender_id=sender.id,
        date=message.date,
        buttons=tuple(tuple(str(button["text"]) for button in row) for row in rows),
        media=(message.media,) if message.media else (),
        service=service_line(world, message),
        edited=bool(message.edit_date),
        protected=message.protected,
        reply_to=message.reply_to,
        topic=message.topic,
        entities=tuple(_marked(message.text, each) for each in message.entities),
        preview=not (message.preview or {}).get("is_disabled", False),
    )


def _marked(text: str, entity: dict[str, object]) -> tuple[str, str]:
    raw = text.encode("utf-16-le")
    begin = int(str(entity["offset"])) * 2
    piece = raw[begin : begin + int(str(entity["length"])) * 2]
    return str(entity["type"]), piece.decode("utf-16-le")


def chats_of(world: World, user: int) -> list[Chat]:
    """The chats in this person's list, last activity first."""
    talks = [talk for (_, person), talk in world.talks.items() if person == user]
    links = world.known_links.get(user, [])
    rooms = [
        room
        for room in world.rooms.values()
        if user in room.members or any(url in room.links for url in links)
    ]
    return sorted(talks + rooms, key=_activity, reverse=True)


def _activity(chat: Chat) -> tuple[int, int]:
    newest = max(chat.messages.values(), key=lambda each: each.id, default=None)
    return (newest.date, newest.id) if newest else (0, 0)
