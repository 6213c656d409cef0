"""The actions of `POST act`: each takes a person and the fields of the request."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.sandbox.telegram_server import joining, pressing, talking
from bot.sandbox.telegram_server.errors import PersonError
from bot.sandbox.telegram_server.params import Params, Upload
from bot.sandbox.telegram_server.person import Person
from bot.sandbox.telegram_server.state import Json

Act = Callable[[Person, Params], Awaitable[Json]]


async def start(person: Person, fields: Params) -> Json:
    """START, or a deep link."""
    sent = await person.start(fields.number("bot"), fields.text("payload"))
    return {"message": sent}


async def send(person: Person, fields: Params) -> Json:
    """A text."""
    sent = await person.send(
        fields.number("chat"),
        fields.text("text"),
        reply_to=fields.number("reply_to"),
        anonymous=fields.flag("anonymous"),
    )
    return {"message": sent}


async def send_file(person: Person, fields: Params) -> Json:
    """A file of the kind the action is named after."""
    upload = fields.values.get("file")
    if not isinstance(upload, Upload):
        raise PersonError("there is no file in the request")
    about: dict[str, Any] = {
        name: fields.text(name) for name in ("caption", "title", "performer") if fields.has(name)
    }
    about["duration"] = fields.number("duration")
    kind = fields.text("kind").removeprefix("send_")
    return {"message": person.send_file(fields.number("chat"), upload, kind, about)}


async def edit(person: Person, fields: Params) -> Json:
    """Another text for one's own message."""
    await person.edit(fields.number("chat"), fields.number("message"), fields.text("text"))
    return {}


async def forward(person: Person, fields: Params) -> Json:
    """Forward a message to another chat."""
    sent = await person.forward(
        fields.number("chat"), fields.number("message"), fields.number("to_chat")
    )
    return {"message": sent}


async def delete(person: Person, fields: Params) -> Json:
    """Delete a message."""
    await person.delete(fields.number("chat"), fields.number("message"))
    return {}


async def react(person: Person, fields: Params) -> Json:
    """React to a message."""
    await person.react(fields.number("chat"), fields.number("message"), fields.text("emoji"))
    return {}


async def press(person: Person, fields: Params) -> Json:
    """An inline button, by its label or its place."""
    message = person.message(fields.number("chat"), fields.number("message"))
    if fields.has("label"):
        button = pressing.find_button(message, fields.text("label"))
    else:
        button = pressing.button_at(message, fields.number("row"), fields.number("column"))
    pressed = pressing.press(person.world, person.user_id, message, button)
    return {"result": pressed.result} | ({"value": pressed.value} if pressed.value else {})


async def key(person: Person, fields: Params) -> Json:
    """A key of the reply keyboard: sends its text, or opens its page."""
    pressed = await person.tap_key(fields.number("chat"), fields.text("label"))
    if isinstance(pressed, str):
        return {"result": "web_app", "value": pressed}
    return {"message": pressed}


async def web_app_data(person: Person, fields: Params) -> Json:
    """What a page opened by a key hands back."""
    sent = talking.send_page_data(
        person.world,
        person.user_id,
        person.chat(fields.number("chat")),
        label=fields.text("label"),
        data=fields.text("data"),
    )
    return {"message": sent.id}


async def menu(person: Person, fields: Params) -> Json:
    """The bot's menu button."""
    return {"result": "web_app", "value": person.open_menu(fields.number("bot"))}


async def open_link(person: Person, fields: Params) -> Json:
    """Follow an address the way the app does: t.me links stay inside."""
    url = fields.text("url")
    parts = urlsplit(url)
    if parts.hostname != "t.me":
        return {"result": "url", "value": url}
    if parts.path.startswith("/+"):
        return await tap_invite(person, Params({"link": url}))
    number = person.world.by_username(parts.path.strip("/"))
    if number not in person.world.profiles:
        raise PersonError("there is nobody of that name")
    payload = parse_qs(parts.query).get("start", [""])[0]
    await person.start(number, payload)
    return {"result": "started", "chat": number}


async def tap_invite(person: Person, fields: Params) -> Json:
    """An invite link."""
    link = fields.text("link")
    result = await person.tap_invite(link)
    found = joining.find_link(person.world, link)
    return {"result": result, "chat": found[0].id if found else None}


async def leave(person: Person, fields: Params) -> Json:
    """Leave a group, or take back a request."""
    await person.leave(_room(person, fields))
    return {}


async def block(person: Person, fields: Params) -> Json:
    """Block or unblock a bot."""
    talk = person.chat(fields.number("bot"))
    talking.set_blocked(person.world, talk, blocked=fields.text("kind") == "block")
    return {}


async def pin(person: Person, fields: Params) -> Json:
    """Pin a message as an administrator."""
    await person.pin(fields.number("chat"), fields.number("message"))
    return {}


async def read(person: Person, fields: Params) -> Json:
    """Everything up to now is read."""
    number = fields.number("chat")
    newest = max(person.chat(number).messages, default=0)
    if person.world.unread_from.get((person.user_id, number)) != newest:
        person.world.unread_from[person.user_id, number] = newest
        person.world.changed()
    return {}


async def close_answer(person: Person, _: Params) -> Json:
    """The answer to a press was seen."""
    person.world.last_press.pop(person.user_id, None)
    person.world.changed()
    return {}


async def close_web_app(person: Person, _: Params) -> Json:
    """The page a bot opened was closed."""
    person.world.opened_page.pop(person.user_id, None)
    person.world.changed()
    return {}


async def settle(person: Person, fields: Params) -> Json:
    """Approve or decline a join request as an administrator."""
    chat, user = _room(person, fields), fields.number("user")
    if fields.text("kind") == "approve":
        await person.approve(chat, user)
    else:
        await person.decline(chat, user)
    return {}


async def remove(person: Person, fields: Params) -> Json:
    """Ban somebody, or lift a ban, as an administrator."""
    chat, user = _room(person, fields), fields.number("user")
    if fields.text("kind") == "remove":
        await person.remove(chat, user)
    else:
        await person.allow(chat, user)
    return {}


def _room(person: Person, fields: Params) -> int:
    number = fields.number("chat")
    if number not in person.world.rooms:
        raise PersonError("there is no such group")
    return number


ACTS: dict[str, Act] = {
    "start": start,
    "send": send,
    "send_audio": send_file,
    "send_document": send_file,
    "send_photo": send_file,
    "send_voice": send_file,
    "edit": edit,
    "delete": delete,
    "forward": forward,
    "press": press,
    "key": key,
    "web_app_data": web_app_data,
    "menu": menu,
    "open": open_link,
    "tap_invite": tap_invite,
    "cancel_request": leave,
    "leave": leave,
    "block": block,
    "unblock": block,
    "react": react,
    "pin": pin,
    "read": read,
    "close_answer": close_answer,
    "close_web_app": close_web_app,
    "approve": settle,
    "decline": settle,
    "remove": remove,
    "allow": remove,
}
