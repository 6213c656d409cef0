"""What a person does in a chat: write, send files, edit, react."""

from typing import Any

from bot.sandbox.telegram_server.errors import PersonError
from bot.sandbox.telegram_server.html_text import units
from bot.sandbox.telegram_server.media import keep
from bot.sandbox.telegram_server.params import Upload
from bot.sandbox.telegram_server.payloads import chat_payload, origin_payload, user_payload
from bot.sandbox.telegram_server.posting import copy_content, edited, new_message, post
from bot.sandbox.telegram_server.state import Chat, Json, Membership, Message
from bot.sandbox.telegram_server.text import CAPTION_LIMIT, TEXT_LIMIT, format_text
from bot.sandbox.telegram_server.world import World

NEEDED = {
    "audio": "can_send_audios",
    "voice": "can_send_voice_notes",
    "photo": "can_send_photos",
    "document": "can_send_documents",
}


def chat_for(world: World, user: int, number: int) -> Chat:
    """The chat a person means: a bot's id or a group's."""
    if number in world.profiles:
        return world.talk(number, user)
    if number in world.rooms:
        return world.rooms[number]
    raise PersonError("there is no such chat")


def open_talk(world: World, bot: int, user: int) -> Chat:
    """The chat with a bot, started and not blocked."""
    talk = world.talk(bot, user)
    talk.started = True
    set_blocked(world, talk, blocked=False)
    return talk


def set_blocked(world: World, talk: Chat, *, blocked: bool) -> None:
    """Block or unblock a bot; it is told of either (Bot API: Update.my_chat_member)."""
    if talk.blocked == blocked:
        return
    talk.blocked = blocked
    world.inboxes[talk.bot].put(
        "my_chat_member",
        {
            "chat": chat_payload(world, talk),
            "from": user_payload(world.accounts[talk.id]),
            "date": int(world.now()),
            "old_chat_member": _talk_member(world, talk, blocked=not blocked),
            "new_chat_member": _talk_member(world, talk, blocked=blocked),
        },
    )
    world.changed()


def _talk_member(world: World, talk: Chat, *, blocked: bool) -> Json:
    body: Json = {"user": user_payload(world.accounts[talk.bot])}
    return body | ({"status": "kicked", "until_date": 0} if blocked else {"status": "member"})


def write(
    world: World,
    user: int,
    chat: Chat,
    text: str,
    *,
    reply_to: int = 0,
    as_chat: int = 0,
) -> Message:
    """Send a text; `as_chat`: in the name of the group itself or of one's own channel."""
    check_may_send(world, user, chat, "can_send_messages")
    shown, entities = format_text(text, "", None)
    if not shown or units(shown) > TEXT_LIMIT:
        raise PersonError("the text is empty or too long")
    message = _own(world, user, chat, reply_to=reply_to, as_chat=as_chat)
    message.text, message.entities = shown, entities
    return _sent(world, message)


def send_file(
    world: World, user: int, chat: Chat, upload: Upload, *, kind: str, about: Json
) -> Message:
    """Send a file; `about` may hold caption, title, performer, duration."""
    check_may_send(world, user, chat, NEEDED[kind])
    caption, entities = format_text(str(about.get("caption", "")), "", None)
    if units(caption) > CAPTION_LIMIT:
        raise PersonError("the caption is too long")
    file = keep(world, upload, kind=kind, about=about)
    message = _own(world, user, chat)
    message.media, message.text, message.entities = file, caption, entities
    return _sent(world, message)


def _own(world: World, user: int, chat: Chat, *, reply_to: int = 0, as_chat: int = 0) -> Message:
    if reply_to and reply_to not in chat.messages:
        raise PersonError("the message to reply to is gone")
    member = world.member(chat, user)
    message = new_message(world, chat, user)
    message.reply_to = reply_to
    message.topic = chat.messages[reply_to].topic if reply_to else 0
    if member.anonymous and chat.kind == "supergroup":
        as_chat = as_chat or chat.id
    if as_chat:
        message.sender_chat = _speaker(world, user, chat, as_chat)
        message.signature = member.title if as_chat == chat.id else ""
    return message


def _speaker(world: World, user: int, chat: Chat, as_chat: int) -> int:
    room = world.rooms.get(as_chat)
    if chat.kind != "supergroup" or not room or not world.member(room, user).is_admin:
        raise PersonError("only administrators can write in that name")
    return as_chat


def forward(world: World, user: int, source: Message, target: Chat) -> Message:
    """Forward a message, unless its content is protected."""
    if source.protected or source.service:
        raise PersonError("this message can't be forwarded")
    check_may_send(world, user, target, "can_send_messages")
    message = _own(world, user, target)
    copy_content(source, message)
    message.origin = source.origin or origin_payload(world, source)
    return _sent(world, message)


def _sent(world: World, message: Message) -> Message:
    message.chat.ask_reply = None
    if message.chat.bot:
        message.chat.started = True
    return post(world, message)


def check_may_send(world: World, user: int, chat: Chat, permission: str) -> None:
    """Refuse with the reason unless this person may send here."""
    if not may_send(world, user, chat, permission):
        raise PersonError("you can't write here")


def may_send(world: World, user: int, chat: Chat, permission: str = "can_send_messages") -> bool:
    """Whether the input field is open."""
    if chat.bot:
        return not chat.blocked
    member = world.member(chat, user)
    if chat.kind == "channel":
        return "can_post_messages" in member.rights
    return member.is_admin or (member.is_inside and permission in _allowed(chat, member))


def _allowed(chat: Chat, member: Membership) -> frozenset[str]:
    if member.status == "restricted":
        return chat.permissions & member.permissions
    return chat.permissions


def edit(world: World, user: int, message: Message, text: str) -> None:
    """Change one's own text."""
    if message.sender != user or message.media or message.service:
        raise PersonError("only your own texts can be edited")
    message.text, message.entities = format_text(text, "", None)
    edited(world, message)


def delete(world: World, user: int, message: Message) -> None:
    """Delete one's own message, or any as an administrator with that right."""
    chat = message.chat
    may = message.sender == user or bool(chat.bot)
    if not may and "can_delete_messages" not in world.member(chat, user).rights:
        raise PersonError("you can't delete this message")
    del chat.messages[message.id]
    world.changed()


def react(world: World, user: int, message: Message, emoji: str) -> None:
    """Set or take back a reaction and tell the bots that asked for reactions."""
    old = message.reactions.pop(user, [])
    new: list[Any] = [{"type": "emoji", "emoji": emoji}] if emoji else []
    if new:
        message.reactions[user] = new
    for bot in world.bots_in(message.chat):
        if not message.chat.bot and not world.member(message.chat, bot).is_admin:
            continue  # Bot API: Update.message_reaction
        update = {
            "chat": chat_payload(world, message.chat),
            "message_id": message.id,
            "user": user_payload(world.accounts[user]),
            "date": int(world.now()),
            "old_reaction": old,
            "new_reaction": new,
        }
        world.inboxes[bot].put("message_reaction", update)
    world.changed()


def send_page_data(world: World, user: int, chat: Chat, *, label: str, data: str) -> Message:
    """What a page opened from the reply keyboard hands back (Bot API: WebAppData)."""
    check_may_send(world, user, chat, "can_send_messages")
    message = _own(world, user, chat)
    message.service = {"web_app_data": {"data": data, "button_text": label}}
    return _sent(world, message)
