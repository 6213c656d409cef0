"""sendMessage, sendPhoto, sendAudio, ... and albums."""

from typing import Any

from bot.sandbox.telegram_server.calls import Call, check_may_write
from bot.sandbox.telegram_server.errors import bad
from bot.sandbox.telegram_server.html_text import units
from bot.sandbox.telegram_server.keyboards import check_markup
from bot.sandbox.telegram_server.media import accept
from bot.sandbox.telegram_server.params import Params
from bot.sandbox.telegram_server.payloads import message_payload
from bot.sandbox.telegram_server.posting import new_message, post
from bot.sandbox.telegram_server.state import Chat, Json, Message
from bot.sandbox.telegram_server.text import checked_caption, checked_text, format_text
from bot.sandbox.telegram_server.topics import topic_for

ALBUM_SIZES = range(2, 11)  # Bot API: sendMediaGroup
PERMISSION = {
    "photo": "can_send_photos",
    "audio": "can_send_audios",
    "voice": "can_send_voice_notes",
    "document": "can_send_documents",
    "video": "can_send_videos",
    "animation": "can_send_other_messages",
}


def send_message(call: Call) -> Json:
    """A text."""
    chat = call.chat()
    text, entities = checked_text(call.params)
    check_may_write(call, chat, "can_send_messages")
    message = draft(call, chat)
    message.text, message.entities = text, entities
    message.preview = call.params.data("link_preview_options")
    return publish(call, message)


def send_media(call: Call) -> Json:
    """One photo, audio, voice message, document, video or animation with its caption."""
    kind = call.method.removeprefix("send").lower()
    chat = call.chat()
    text, entities = checked_caption(call.params)
    check_may_write(call, chat, PERMISSION[kind])
    about: Json = {name: call.params.number(name) for name in ("duration", "width", "height")}
    about |= {name: call.params.text(name) for name in ("performer", "title")}
    file = accept(call.world, call.bot, kind=kind, given=call.params.file(kind), about=about)
    message = draft(call, chat)
    message.media = file
    message.text, message.entities = text, entities
    message.spoiler = call.params.flag("has_spoiler")
    message.caption_above = call.params.flag("show_caption_above_media")
    return publish(call, message)


def send_media_group(call: Call) -> list[Json]:
    """An album: 2 to 10 files of kinds that go together."""
    chat = call.chat()
    items = call.params.data("media")
    if not isinstance(items, list) or len(items) not in ALBUM_SIZES:
        raise bad("group send failed: wrong number of messages")
    kinds = {str(item.get("type")) for item in items}
    if len(kinds) > 1 and kinds & {"audio", "document"}:
        raise bad("document can't be mixed with other media types")
    for kind in kinds:
        check_may_write(call, chat, PERMISSION.get(kind, "can_send_other_messages"))
    contents = [album_item(call, item) for item in items]
    album = str(call.world.number() + 13_000_000_000_000_000)
    sent = []
    for content in contents:
        message = draft(call, chat)
        apply_media(message, content)
        message.album = album
        sent.append(publish(call, message))
    return sent


def album_item(call: Call, item: Json) -> Json:
    """File, caption and flags of one InputMedia."""
    kind = str(item.get("type"))
    if kind not in PERMISSION:
        raise bad("can't parse InputMedia: type is invalid")
    given = call.params.attached(str(item.get("media", "")))
    file = accept(call.world, call.bot, kind=kind, given=given, about=item)
    text, entities = checked_caption(Params(item))
    return {
        "file": file,
        "text": text,
        "entities": entities,
        "spoiler": bool(item.get("has_spoiler")),
        "above": bool(item.get("show_caption_above_media")),
    }


def apply_media(message: Message, content: Json) -> None:
    """Put what `album_item` read into a message."""
    message.media = content["file"]
    message.text, message.entities = content["text"], content["entities"]
    message.spoiler, message.caption_above = content["spoiler"], content["above"]


def draft(call: Call, chat: Chat) -> Message:
    """A message of the bot with what all kinds of sending share; not yet in the chat."""
    markup = call.params.data("reply_markup")
    buttons = check_markup(markup, private=bool(chat.bot))
    reply_to, quote = _reply(call, chat)
    topic = topic_for(call, chat, reply_to)
    message = new_message(call.world, chat, call.bot)
    message.topic = topic
    message.protected = call.params.flag("protect_content")
    message.buttons = buttons
    message.reply_to, message.quote = reply_to, quote
    _apply_keyboard(chat, markup, message.id)
    return message


def publish(call: Call, message: Message) -> Json:
    """Post it and answer with it."""
    post(call.world, message)
    return message_payload(call.world, message, call.bot)


def _reply(call: Call, chat: Chat) -> tuple[int, Json | None]:
    given = call.params.data("reply_parameters") or {}
    number = int(given.get("message_id") or call.params.number("reply_to_message_id"))
    lenient = given.get("allow_sending_without_reply") or call.params.flag(
        "allow_sending_without_reply"
    )
    if not number:
        return 0, None
    target = chat.messages.get(number)
    if target is None:
        if lenient:
            return 0, None
        raise bad("message to be replied not found")
    return number, _quote(given, target) if given.get("quote") else None


def _quote(given: Json, target: Message) -> Json:
    text, _ = format_text(
        str(given["quote"]), str(given.get("quote_parse_mode", "")), given.get("quote_entities")
    )
    if text not in target.text:
        raise bad("QUOTE_TEXT_INVALID")
    return {
        "text": text,
        "position": units(target.text.partition(text)[0]),
        "is_manual": True,
    }


def _apply_keyboard(chat: Chat, markup: Any, message_id: int) -> None:
    if not markup:
        return
    if "keyboard" in markup:
        chat.keyboard = markup
    elif "remove_keyboard" in markup:
        chat.keyboard = None
    elif "force_reply" in markup:
        chat.ask_reply = (message_id, str(markup.get("input_field_placeholder", "")))


METHODS = {
    "sendMessage": send_message,
    "sendMediaGroup": send_media_group,
} | {f"send{kind.capitalize()}": send_media for kind in PERMISSION}
