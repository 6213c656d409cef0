"""A person presses buttons and opens pages."""

import json
from dataclasses import dataclass

from bot.sandbox.telegram_server.errors import PersonError
from bot.sandbox.telegram_server.init_data import page_address, sign_init_data
from bot.sandbox.telegram_server.payloads import (
    inaccessible_payload,
    message_payload,
    user_payload,
)
from bot.sandbox.telegram_server.state import CallbackQuery, Chat, Json, Message
from bot.sandbox.telegram_server.world import World

TARGETS = ("url", "web_app", "copy")


@dataclass(frozen=True)
class Press:
    """What a press did: "callback" (with the query), or an address or text in `value`."""

    result: str
    value: str = ""
    query: CallbackQuery | None = None


def button_kind(button: Json) -> str:
    """callback, url, web_app, copy or other."""
    for field, kind in (
        ("callback_data", "callback"),
        ("url", "url"),
        ("web_app", "web_app"),
        ("copy_text", "copy"),
    ):
        if field in button:
            return kind
    return "other"


def find_button(message: Message, label: str) -> Json:
    """The button with this text."""
    rows = (message.buttons or {}).get("inline_keyboard", [])
    labels = []
    for row in rows:
        for button in row:
            if button["text"] == label:
                return dict(button)
            labels.append(button["text"])
    raise PersonError(f"no button {label!r}; there are {labels}")


def button_at(message: Message, row: int, column: int) -> Json:
    """The button at this place."""
    rows = (message.buttons or {}).get("inline_keyboard", [])
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        raise PersonError("no button there any more")
    return dict(rows[row][column])


def press(world: World, user: int, message: Message, button: Json) -> Press:
    """Press an inline button."""
    kind = button_kind(button)
    if kind == "callback":
        return Press("callback", query=_ask(world, user, message, str(button["callback_data"])))
    if kind == "url":
        return Press("url", str(button["url"]))
    if kind == "web_app":
        return Press("web_app", open_page(world, user, message, str(button["web_app"]["url"])))
    if kind == "copy":
        return Press("copy", str(button["copy_text"]["text"]))
    raise PersonError("this kind of button does nothing here")


def _ask(world: World, user: int, message: Message, data: str) -> CallbackQuery:
    bot = message.sender
    if bot not in world.profiles:
        raise PersonError("the message is not from a bot")
    number = f"{user}{world.number():09d}"
    query = CallbackQuery(number, bot, user, message, data, world.now())
    world.callbacks[number] = query
    world.last_press[user] = query
    chat = message.chat
    is_there = message.id in chat.messages
    world.inboxes[bot].put(
        "callback_query",
        {
            "id": number,
            "from": user_payload(world.accounts[user]),
            "message": message_payload(world, message, bot)
            if is_there
            else inaccessible_payload(world, chat, message.id),
            "chat_instance": str(chat.id * 31 + 7),
            "data": data,
        },
    )
    world.changed()
    return query


def open_page(world: World, user: int, message: Message, url: str) -> str:
    """The address of a Mini App opened from a message's button."""
    query = f"AAQ{world.number():09d}"
    world.web_app_queries[query] = (message.sender, user)
    return signed_page(world, message.sender, user, url=url, extra={"query_id": query})


def signed_page(
    world: World, bot: int, user: int, *, url: str, extra: dict[str, str] | None = None
) -> str:
    """The address with signed start data for this person (Telegram: Initializing Mini Apps)."""
    person = user_payload(world.accounts[user])
    shown = {name: value for name, value in person.items() if name != "is_bot"}
    talk = world.talks.get((bot, user))
    shown |= {"last_name": "", "allows_write_to_pm": bool(talk and talk.started)}
    fields = {
        "user": json.dumps(shown, ensure_ascii=False, separators=(",", ":")),
        "auth_date": str(int(world.now())),
    }
    token = world.profiles[bot].token
    return page_address(url, sign_init_data(fields | (extra or {}), token=token))


def opened_page(world: World, user: int) -> str:
    """The page a guard bot opened for this person (Bot API: sendChatJoinRequestWebApp)."""
    page = world.opened_page.get(user)
    return str(page["url"]) if page else ""


def menu_page(world: World, bot: int, user: int) -> str:
    """The page behind the bot's menu button; empty if it has none."""
    button = menu_button(world, bot, user)
    if not button:
        return ""
    query = f"AAQ{world.number():09d}"
    world.web_app_queries[query] = (bot, user)
    return signed_page(world, bot, user, url=button["web_app"]["url"], extra={"query_id": query})


def menu_button(world: World, bot: int, user: int) -> Json | None:
    """The bot's menu button for this person, if it opens a page."""
    buttons = world.profiles[bot].menu_buttons
    button = buttons.get(user) or buttons.get(0)
    return button if button and button.get("type") == "web_app" else None


def keyboard_key(chat: Chat, label: str) -> Json:
    """The key of the reply keyboard with this text."""
    for row in (chat.keyboard or {}).get("keyboard", []):
        for key in row:
            body: Json = {"text": key} if isinstance(key, str) else dict(key)
            if body["text"] == label:
                return body
    raise PersonError(f"no key {label!r}")
