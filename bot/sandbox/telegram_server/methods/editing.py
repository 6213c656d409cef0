"""Editing, deleting, copying, forwarding, pinning and reacting."""

from dataclasses import replace
from typing import Any

from bot.sandbox.telegram_server.calls import Call, check_may_write
from bot.sandbox.telegram_server.errors import bad, forbidden
from bot.sandbox.telegram_server.keyboards import check_inline
from bot.sandbox.telegram_server.methods.sending import album_item, apply_media, draft, publish
from bot.sandbox.telegram_server.payloads import message_payload, origin_payload
from bot.sandbox.telegram_server.posting import copy_content, edited, new_message, service
from bot.sandbox.telegram_server.state import Chat, Json, Message
from bot.sandbox.telegram_server.text import checked_caption, checked_text

DELETE_SECONDS = 48 * 3600  # Bot API: deleteMessage
DELETE_MANY = 100  # Bot API: deleteMessages


def edit_text(call: Call) -> Json:
    """Another text for a text message."""
    message = _editable(call)
    text, entities = checked_text(call.params)
    if message.media is not None:
        raise bad("there is no text in the message to edit")
    changed = replace(message, text=text, entities=entities, buttons=_buttons(call, message))
    changed.preview = call.params.data("link_preview_options")
    return _commit(call, message, changed)


def edit_caption(call: Call) -> Json:
    """Another caption for a media message."""
    message = _editable(call)
    text, entities = checked_caption(call.params)
    if message.media is None:
        raise bad("there is no caption in the message to edit")
    changed = replace(message, text=text, entities=entities, buttons=_buttons(call, message))
    changed.caption_above = call.params.flag("show_caption_above_media")
    return _commit(call, message, changed)


def edit_markup(call: Call) -> Json:
    """Other buttons, or none."""
    message = _editable(call)
    return _commit(call, message, replace(message, buttons=_buttons(call, message)))


def edit_media(call: Call) -> Json:
    """Another file and caption."""
    message = _editable(call)
    content = album_item(call, call.params.data("media") or {})
    changed = replace(message, buttons=_buttons(call, message))
    apply_media(changed, content)
    return _commit(call, message, changed)


def _editable(call: Call) -> Message:
    chat = call.chat()
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    message = call.message(chat, "edit")
    other_post = chat.kind == "channel" and "can_edit_messages" in call.me(chat).rights
    if message.sender != call.bot and not other_post:
        raise bad("message can't be edited")
    return message


def _buttons(call: Call, message: Message) -> Json | None:
    return check_inline(call.params.data("reply_markup"), private=bool(message.chat.bot))


def _commit(call: Call, old: Message, new: Message) -> Json:
    if new == old:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    old.chat.messages[old.id] = new
    edited(call.world, new)
    return message_payload(call.world, new, call.bot)


def delete_message(call: Call) -> bool:
    """Remove one message for everyone."""
    chat = call.chat()
    message = call.message(chat, "delete")
    if not _deletable(call, chat, message):
        raise bad("message can't be deleted for everyone")
    _remove(call, chat, message)
    return True


def delete_messages(call: Call) -> bool:
    """Remove several; those that are gone already are skipped."""
    chat = call.chat()
    numbers = call.params.data("message_ids") or []
    if not 1 <= len(numbers) <= DELETE_MANY:
        raise bad("there are no messages to delete" if not numbers else "too many messages")
    for number in numbers:
        message = chat.messages.get(int(number))
        if message and _deletable(call, chat, message):
            _remove(call, chat, message)
    return True


def _deletable(call: Call, chat: Chat, message: Message) -> bool:
    if not chat.bot and "can_delete_messages" in call.me(chat).rights:
        return True
    is_recent = call.world.now() - message.date < DELETE_SECONDS
    return is_recent and (bool(chat.bot) or message.sender == call.bot)


def _remove(call: Call, chat: Chat, message: Message) -> None:
    del chat.messages[message.id]
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    call.world.changed()


def copy_message(call: Call) -> Json:
    """The same content as a message of the bot's own."""
    chat, source = _source(call, "copy")
    if source.service or source.protected:
        raise bad("message can't be copied")
    check_may_write(call, chat, "can_send_messages")
    message = draft(call, chat)
    copy_content(source, message)
    if source.media and "caption" in call.params.values:
        message.text, message.entities = checked_caption(call.params)
    publish(call, message)
    return {"message_id": message.id}


def forward_message(call: Call) -> Json:
    """The same content with its origin named."""
    chat, source = _source(call, "forward")
    if source.service or source.protected:
        raise bad("message can't be forwarded")
    check_may_write(call, chat, "can_send_messages")
    message = new_message(call.world, chat, call.bot)
    copy_content(source, message)
    message.protected = call.params.flag("protect_content")
    message.origin = source.origin or origin_payload(call.world, source)
    return publish(call, message)


def _source(call: Call, purpose: str) -> tuple[Chat, Message]:
    target = call.chat()
    return target, call.message(call.chat("from_chat_id"), purpose)


def pin(call: Call) -> bool:
    """Pin a message; the chat gets a line that says so."""
    chat = _pinnable(call)
    message = call.message(chat, "pin")
    if message.id in chat.pinned:
        return True
    chat.pinned.append(message.id)
    service(call.world, chat, call.bot, {"pinned_message": message.id})
    call.world.changed()
    return True


def unpin(call: Call) -> bool:
    """Unpin one message, or the newest."""
    chat = _pinnable(call)
    number = call.params.number("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(number)
    call.world.changed()
    return True


def unpin_all(call: Call) -> bool:
    """Unpin everything."""
    _pinnable(call).pinned.clear()
    call.world.changed()
    return True


def _pinnable(call: Call) -> Chat:
    chat = call.chat()
    if not chat.bot:
        right = "can_edit_messages" if chat.kind == "channel" else "can_pin_messages"
        call.require(chat, right, "to manage pinned messages in the chat")
    return chat


def react(call: Call) -> bool:
    """Set the bot's reaction to a message; an empty list takes it back."""
    chat = call.chat()
    message = call.message(chat, "react")
    reaction: list[Any] = call.params.data("reaction") or []
    if len(reaction) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if reaction:
        message.reactions[call.bot] = reaction
    else:
        message.reactions.pop(call.bot, None)
    call.world.changed()
    return True


METHODS = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "editMessageMedia": edit_media,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "unpinAllChatMessages": unpin_all,
    "setMessageReaction": react,
}
