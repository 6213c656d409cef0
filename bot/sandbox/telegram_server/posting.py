"""Puts messages into chats and tells the bots that may see them."""

from bot.sandbox.telegram_server.payloads import message_payload, origin_payload
from bot.sandbox.telegram_server.state import Chat, Json, Message
from bot.sandbox.telegram_server.world import World

# Service messages that a bot is told of although it caused them itself (telegram-bot-api:
# need_skip_update_message)
TOLD_TO_CAUSER = frozenset({"left_chat_member", "pinned_message"})


def post(world: World, message: Message) -> Message:
    """Keep a new message and deliver it."""
    chat = message.chat
    chat.messages[message.id] = message
    if not chat.bot:
        message.protected = message.protected or chat.protected
    deliver(world, message, "channel_post" if chat.kind == "channel" else "message")
    if chat.kind == "channel" and chat.linked:
        _discuss(world, message, world.rooms[chat.linked])
    world.changed()
    return message


def _discuss(world: World, source: Message, group: Chat) -> None:
    """A post also appears in the channel's discussion group (Bot API: is_automatic_forward)."""
    copy = new_message(world, group, source.sender)
    copy.sender_chat, copy.automatic = source.chat.id, True
    copy_content(source, copy)
    copy.origin = origin_payload(world, source)
    post(world, copy)


def copy_content(source: Message, target: Message) -> None:
    """Take over text, marks, file and preview; not buttons, sender or place."""
    target.text, target.entities = source.text, list(source.entities)
    target.media, target.spoiler, target.preview = source.media, source.spoiler, source.preview


def new_message(world: World, chat: Chat, sender: int) -> Message:
    """An empty message of `sender`, numbered and dated."""
    return Message(world.next_message_id(chat), chat, int(world.now()), sender=sender)


def deliver(world: World, message: Message, kind: str) -> None:
    """Hand the message to every bot in the chat that may see it."""
    for bot in world.bots_in(message.chat):
        if _sees(world, message, bot):
            world.inboxes[bot].put(kind, message_payload(world, message, bot))


def edited(world: World, message: Message) -> None:
    """Deliver an edit; edits by the bot itself are not told to it."""
    message.edit_date = int(world.now())
    channel = message.chat.kind == "channel"
    deliver(world, message, "edited_channel_post" if channel else "edited_message")
    world.changed()


def _sees(world: World, message: Message, bot: int) -> bool:
    if message.sender == bot and not message.automatic:
        return bool(TOLD_TO_CAUSER & set(message.service or {}))
    if message.sender in world.profiles and not message.service and not message.automatic:
        return False  # bots do not see messages of other bots (Bots FAQ)
    chat = message.chat
    if chat.bot or message.service or world.member(chat, bot).is_admin:
        return True
    return _concerns(world, message, bot)


def _concerns(world: World, message: Message, bot: int) -> bool:
    """Privacy mode: without administrator rights a bot sees commands, mentions and replies."""
    name = world.accounts[bot].username
    replied = message.chat.messages.get(message.reply_to)
    return (
        message.text.startswith("/")
        or f"@{name}".lower() in message.text.lower()
        or (replied is not None and replied.sender == bot)
    )


def service(world: World, chat: Chat, causer: int, content: Json) -> None:
    """A service line in a group; channels have none."""
    if chat.kind == "channel":
        return
    message = new_message(world, chat, causer)
    message.service = content
    post(world, message)
