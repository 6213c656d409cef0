"""One person's whole screen as JSON; the shape is described in `client_app`."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.telegram_server.pressing import button_kind, menu_button
from bot.sandbox.telegram_server.state import Account, Chat, Json, Message, StoredFile
from bot.sandbox.telegram_server.talking import may_send
from bot.sandbox.telegram_server.view import (
    chat_number,
    chats_of,
    messages_for,
    sender_of,
    service_line,
)
from bot.sandbox.telegram_server.world import World

SHORT = 80  # characters of a message in a list or above a reply
SHOWN = 200  # messages of a chat that a page gets
LINKS = {"url": "", "email": "mailto:", "mention": "https://t.me/"}


def whole_view(world: World, user: int) -> Json:
    """The View of the module text of `client_app`."""
    chats = chats_of(world, user)
    return {
        "type": "view",
        "now": int(world.now()),
        "me": person_json(world.accounts[user]),
        "chats": [_chat(world, chat, user) for chat in chats],
        "messages": {
            str(chat_number(chat)): [
                _message(world, message, user)
                for message in messages_for(world, chat, user)[-SHOWN:]
            ]
            for chat in chats
        },
        "answer": _answer(world, user),
        "web_app": world.opened_page.get(user),
    }


def person_json(account: Account) -> Json:
    """A Person."""
    return {
        "id": account.id,
        "name": account.first_name,
        "username": account.username,
        "color": account.color,
        "bot": account.is_bot,
    }


def _chat(world: World, chat: Chat, user: int) -> Json:
    shown = messages_for(world, chat, user)
    number = chat_number(chat)
    read_to = world.unread_from.get((user, number), 0)
    last = shown[-1] if shown else None
    asked = chat.ask_reply
    body = {
        "id": number,
        "members": 0 if chat.bot else _count(world, chat),
        "may_write": may_send(world, user, chat),
        "keyboard": _keyboard(chat),
        "placeholder": (asked[1] if asked else "") or "Message",
        "reply_to": asked[0] if asked else None,
        "unread": sum(1 for each in shown if each.id > read_to and each.sender != user),
        "last": _last(world, last) if last else None,
        "pinned": chat.pinned[-1] if chat.pinned and shown else None,
    }
    return body | (_talk(world, chat, user) if chat.bot else _room(world, chat, user))


def _count(world: World, chat: Chat) -> int:
    return sum(1 for each in chat.members if world.member(chat, each).is_inside)


def _talk(world: World, chat: Chat, user: int) -> Json:
    bot = world.accounts[chat.bot]
    button = menu_button(world, chat.bot, user)
    menu = {"text": button["text"], "url": button["web_app"]["url"]} if button else None
    return {
        "kind": "bot",
        "title": bot.first_name,
        "username": bot.username,
        "color": bot.color,
        "state": "member",
        "invite_link": None,
        "role": None,
        "tag": "",
        "started": chat.started,
        "blocked": chat.blocked,
        "commands": _commands(world, chat.bot, user),
        "menu_button": menu,
        "requests": [],
    }


def _commands(world: World, bot: int, user: int) -> list[Json]:
    """The commands shown in a private chat, by the order of the Bot API (BotCommandScope)."""
    known = world.profiles[bot].commands
    language = world.accounts[user].language
    for scope in (f"chat:{user}:", "all_private_chats::", "default::"):
        for wanted in (language, ""):
            if (scope, wanted) in known:
                return known[scope, wanted]
    return []


def _room(world: World, chat: Chat, user: int) -> Json:
    member = world.member(chat, user)
    may_approve = member.is_admin and "can_invite_users" in member.rights
    role = "owner" if member.status == "creator" else member.status
    state, link = _state(world, chat, user)
    return {
        "kind": "channel" if chat.kind == "channel" else "group",
        "title": chat.title,
        "username": chat.username or None,
        "color": chat.color,
        "state": state,
        "invite_link": link,
        "role": (role if member.is_admin else "member") if member.is_inside else None,
        "tag": member.title if member.is_admin else member.tag,
        "started": True,
        "blocked": False,
        "commands": [],
        "menu_button": None,
        "requests": [
            {"user": person_json(world.accounts[each.user]), "date": each.date}
            for each in chat.requests.values()
        ]
        if may_approve
        else [],
    }


def _state(world: World, chat: Chat, user: int) -> tuple[str, str | None]:
    member = world.member(chat, user)
    if member.is_inside:
        return "member", None
    if member.status == "kicked":
        return "removed", None
    if user in chat.requests:
        return "requested", chat.requests[user].link
    for url in reversed(world.known_links.get(user, [])):
        link = chat.links.get(url)
        if link and not link.is_revoked:
            return ("can_request" if link.creates_join_request else "can_join"), url
    return "left", None


def _keyboard(chat: Chat) -> list[list[Json]] | None:
    if not chat.keyboard:
        return None
    return [
        [
            {"text": key, "web_app": False}
            if isinstance(key, str)
            else {"text": key["text"], "web_app": "web_app" in key}
            for key in row
        ]
        for row in chat.keyboard["keyboard"]
    ]


def _last(world: World, message: Message) -> Json:
    sender = sender_of(world, message).first_name
    return {"from": sender, "text": _short(world, message), "date": message.date}


def _short(world: World, message: Message) -> str:
    line = service_line(world, message) or message.text.replace("\n", " ")
    if not line and message.media:
        line = str(message.media.details.get("title") or message.media.name)
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"


def _message(world: World, message: Message, user: int) -> Json:
    rows = (message.buttons or {}).get("inline_keyboard", [])
    target = message.chat.messages.get(message.reply_to)
    return {
        "id": message.id,
        "date": message.date,
        "edited": bool(message.edit_date),
        "from": _from(world, message),
        "mine": message.sender == user and not message.sender_chat,
        "service": service_line(world, message) or None,
        "text": list(segments(message.text, message.entities)),
        "media": [_media(message.media, spoiler=message.spoiler)] if message.media else [],
        "album": message.album or None,
        "buttons": [[_button(each) for each in row] for row in rows],
        "protected": message.protected,
        "reply_to": _target_line(world, target) if target else None,
        "forwarded_from": _origin(message),
        "preview": _preview(message),
        "reactions": _reactions(message, user),
    }


def _target_line(world: World, target: Message) -> Json:
    name = sender_of(world, target).first_name
    return {"id": target.id, "name": name, "text": _short(world, target)}


def _from(world: World, message: Message) -> Json:
    sender = sender_of(world, message)
    tag = message.signature
    if not message.chat.bot and not message.sender_chat:
        member = message.chat.member(message.sender)
        role = {"creator": "owner", "administrator": "admin"}.get(member.status, "")
        tag = member.title or role if member.is_admin else member.tag
    return {
        "id": sender.id,
        "name": sender.first_name,
        "color": sender.color,
        "bot": sender.is_bot,
        "tag": tag,
    }


def segments(text: str, entities: list[Json]) -> Iterator[Json]:
    """The text in pieces, each with the marks that cover all of it."""
    raw = text.encode("utf-16-le")
    edges = {0, len(raw) // 2}
    for each in entities:
        edges |= {each["offset"], each["offset"] + each["length"]}
    cuts = sorted(edge for edge in edges if edge <= len(raw) // 2)
    for begin, end in pairwise(cuts):
        piece = raw[begin * 2 : end * 2].decode("utf-16-le")
        inside = [
            each
            for each in entities
            if each["offset"] <= begin and end <= each["offset"] + each["length"]
        ]
        yield _segment(piece, inside)


def _segment(piece: str, entities: list[Json]) -> Json:
    styles, extra = [], {}
    for each in entities:
        kind = each["type"]
        if kind == "bot_command":
            extra["command"] = piece
        elif kind == "text_link":
            extra["url"] = each["url"]
        elif kind in LINKS:
            extra["url"] = _target(kind, piece)
        elif kind not in ("hashtag", "cashtag", "text_mention", "custom_emoji", "date_time"):
            styles.append(kind)
    return {"text": piece, "styles": styles} | extra


def _target(kind: str, piece: str) -> str:
    if kind == "url" and "://" not in piece:
        return f"http://{piece}"
    return LINKS[kind] + (piece.lstrip("@") if kind == "mention" else piece)


def _media(file: StoredFile, *, spoiler: bool) -> Json:
    details: dict[str, Any] = {"duration": 0, "title": "", "performer": ""}
    details |= {"width": 0, "height": 0} | dict(file.details)
    return details | {
        "kind": file.kind,
        "url": f"file/{file.key}",
        "name": file.name,
        "mime": file.mime,
        "size": len(file.data),
        "spoiler": spoiler,
    }


def _button(button: Json) -> Json:
    return {
        "text": button["text"],
        "kind": button_kind(button),
        "style": button.get("style"),
    }


def _origin(message: Message) -> str | None:
    origin = message.origin
    if not origin:
        return None
    if origin["type"] == "user":
        return str(origin["sender_user"]["first_name"])
    return str((origin.get("chat") or origin.get("sender_chat") or {}).get("title", ""))


def _preview(message: Message) -> str | None:
    options = message.preview or {}
    if options.get("is_disabled") or message.media:
        return None
    if options.get("url"):
        return str(options["url"])
    for piece in segments(message.text, message.entities):
        url = str(piece.get("url", ""))
        if url.startswith("http") and urlsplit(url).hostname != "t.me":
            return url
    return None


def _reactions(message: Message, user: int) -> list[Json]:
    counts: dict[str, Json] = {}
    for account, given in message.reactions.items():
        for each in given:
            emoji = str(each.get("emoji", "⭐"))
            entry = counts.setdefault(emoji, {"emoji": emoji, "count": 0, "mine": False})
            entry["count"] += 1
            entry["mine"] = entry["mine"] or account == user
    return list(counts.values())


def _answer(world: World, user: int) -> Json | None:
    query = world.last_press.get(user)
    if query is None:
        return None
    given = query.answer or {"text": "", "alert": False, "url": None}
    return {
        "id": query.id,
        "chat": chat_number(query.message.chat),
        "message": query.message.id,
        "pending": query.answer is None,
    } | given
