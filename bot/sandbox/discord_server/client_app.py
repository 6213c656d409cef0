"""What a person's browser talks to: the whole view over one WebSocket, and one POST to act.

Mount `LocalDiscord.client_app()` under any prefix, for example `/chat/discord/`. All ids are
strings of digits. All colours are `"#rrggbb"` or null (null: the reader's default text colour).
There is no sign-in here: the page says as whom it looks. Never mount it outside the sandbox.

`GET stream?person=<user id>[&guild=<id>]` (WebSocket)
    Sends the whole view as one JSON text frame on connect and after each change (several changes
    within 30 ms arrive as one frame). The client sends nothing. Unknown person: HTTP 404 with
    `{"error": "..."}`. If the server stops, the socket closes with 1001: connect again.

    {"type": "view",
     "me": Member,
     "guild": {"id": "1", "name": "Tide Club"},
     "channels": [                                   only those this person may see, in order
        {"id": "2", "name": "start-here", "topic": "Welcome", "category": "INFO" or null,
         "unread": 0,                                messages not yet seen (see act "read")
         "mentions": 0,                              unread ones that mention this person
         "can_write": true,                          false: draw the text box disabled
         "private": false,                           true: hidden from @everyone (draw a lock)
         "thread_of": null}],                        or the id of the parent channel
     "dm": {"id": "dm", "unread": 0, "open": true,   talk with the bot; its messages are under
            "bot": Member},                          messages["dm"]; open=false: DMs are closed
     "members": [Member],                            bots last, then by highest role and name
     "messages": {"2": [Message], "dm": [Message]},  oldest first, the last 100 of each channel
     "modal": null or Modal,                         an open form; draw it above everything
     "commands": [Command]}                          what "/" offers this person

    Member = {"id": "7", "name": "Fan", "username": "fan", "bot": false, "color": "#1f8b4c",
              "avatar": {"initial": "F", "color": "#5865a0", "url": "http://.../avatars/7.svg"},
              "roles": [{"id": "9", "name": "Holder", "color": "#1f8b4c"}]}     highest first
        color is that of the highest coloured role. A picture of the avatar (SVG) is at `url`;
        drawing initial on colour gives the same picture without a request.

    Message = {
        "id": "11", "timestamp": "2026-11-22T10:30:00+00:00", "edited": false,
        "author": Member,                            as of now, or as last known after leaving
        "content": "Hello **fan** <@7> <#2>",        Discord markdown; see "Text" below
        "mentions": {"users": {"7": "Fan"}, "roles": {"9": "Holder"},
                     "channels": {"2": "start-here"}},
        "mentions_me": false,
        "embeds": [Discord embed objects: type, title, description, url, color (integer), fields
                   [{name, value, inline}], author {name, url, icon_url}, footer {text, icon_url},
                   image {url, description}, thumbnail {url, description}, timestamp],
        "attachments": [{"id": "12", "filename": "cover.png", "url": "http://...",
                         "content_type": "image/png", "description": "alt text" or "",
                         "size": 5120, "width": 640 or null, "height": 480 or null}],
        "components": [Component],
        "reactions": [{"emoji": "👍", "count": 2, "me": true}],
        "ephemeral": false,                          true: "Only you can see this"; dismissable
        "pending": false,                            true: "<bot> is thinking...", content is empty
        "pinned": false,
        "reply_to": null or "10",                    id of the message this one answers
        "used": null or {"command": "verify", "by": Member},   "Fan used /verify" above the message
        "failed": null or "This interaction failed"} to draw under it; goes at the next press
        A command that the bot never answered appears as an ephemeral message with the content
        "The application did not respond" and with "failed" set to the same words.

    Component = exactly what the bot sent, with Discord's numbers in "type":
        1 action row {components: [...]}
        2 button {style: 1 primary, 2 secondary, 3 success, 4 danger, 5 link (url, no custom_id);
                  label, emoji: {name}, custom_id, disabled}
        3 text select {custom_id, placeholder, min_values, max_values, disabled,
                       options: [{label, value, description, emoji, default}]}
        5 user select, 6 role select, 7 mentionable select, 8 channel select {custom_id,
                       placeholder, min_values, max_values}: values are ids of what is picked
        9 section {components: [text display], accessory: button or thumbnail}
        10 text display {content}   11 thumbnail {media: {url}, description}
        12 media gallery {items: [{media: {url}, description}]}   13 file {file: {url}, name, size}
        14 separator {divider, spacing}   17 container {components, accent_color}
        18 label (in forms only) {label, description, component}
        Unknown numbers may be skipped. A button or select of the bot's is pressable by anybody who
        sees the message.

    Modal = {"title": "Your note", "custom_id": "note", "from": "11" or null,
             "error": null or "The application did not respond",
             "fields": [{"custom_id": "text", "label": "Note", "description": "",
                         "kind": "text" | "select" | "users" | "roles" | "mentionables" |
                                 "channels" | "file" | "show",
                         "style": 1 short or 2 paragraph,
                         "placeholder": "", "required": true, "value": "",
                         "min_length": 0, "max_length": 4000,
                         "min_values": 1, "max_values": 1,
                         "options": [{label, value, description, default}]}]}
        kind "show" is text to read (in "value"), it takes no answer.

    Command = {"name": "vote new", "description": "Run a vote", "id": "13",
               "label": "vote new",        the name in the person's language: show it, send "name"
               "options": [{"name": "question", "label": "question", "description": "...",
                            "required": true,
                            "type": 3 text, 4 integer, 5 yes/no, 6 user, 7 channel, 8 role,
                                    9 mentionable, 10 number, 11 file,
                            "choices": [{"name": "One choice", "value": "one"}],
                            "autocomplete": false,
                            "min": null, "max": null}]}      value, or length for text
        Sub-commands are listed one by one, their words joined by a space.

`POST act` with JSON `{"person": "<user id>", "kind": ..., ...}` (or, to send files, as
multipart/form-data: that JSON as text in the field `act`, files under the name `files`; a command
option of type 11 and a form field of kind "file" take the number of the file, counted from 0).
Answers 200 `{"ok": true, ...}` or 400 `{"error": "a sentence to show the person"}`.
An act that starts an interaction answers when the bot did (3 s at most); its result is in the
view. `"guild": "<id>"` may be added, as in `stream`.

    {"kind": "send", "channel": "2" or "dm", "text": "hi", "reply_to": "10"?} -> {"message": "11"}
    {"kind": "press", "message": "11", "custom_id": "verify"}
    {"kind": "select", "message": "11", "custom_id": "city", "values": ["berlin"]}
    {"kind": "command", "channel": "2" or "dm", "name": "vote new",
     "options": {"question": "Where?"}}
    {"kind": "autocomplete", "channel": "2", "name": "vote new", "option": "city", "text": "be",
     "options": {the other options so far}}                     -> {"choices": [{"name", "value"}]}
    {"kind": "modal", "fields": {"<custom_id>": "text" or ["value", ...]}}   sends the open form
    {"kind": "react", "message": "11", "emoji": "👍"}                  again: takes it back
    {"kind": "dismiss", "message": "11"}                         removes an ephemeral message
    {"kind": "dismiss", "modal": true}                  closes the form, the bot is not told
    {"kind": "read", "channel": "2" or "dm"}                     sets its "unread" to 0
    {"kind": "open_dm"} / {"kind": "close_dms"}         whether bots may write to this person

Text: Discord markdown: **bold** *italic* __underline__ ~~struck~~ ||spoiler|| `code` ```block```,
lines starting with "# ", "## ", "### ", "-# " (small), "> ", "- ", links [words](https://...),
mentions <@user> <@&role> <#channel> (names in "mentions"), @everyone, times <t:UNIX:STYLE>
(style t T d D f F R; draw in the reader's zone, R relative), and `\\` before a mark to show it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import BodyPartReader, WSCloseCode, web

from bot import tasks
from bot.sandbox.discord_server import kinds
from bot.sandbox.discord_server.acting import Cannot
from bot.sandbox.discord_server.errors import ApiError
from bot.sandbox.discord_server.interactions import Interactions
from bot.sandbox.discord_server.messages import Messages
from bot.sandbox.discord_server.person import NotAnswered, Person
from bot.sandbox.discord_server.state import Guild, State
from bot.sandbox.discord_server.view import whole_view

Json = dict[str, Any]

_COALESCE = 0.03  # seconds in which several changes become one frame


def client_app(state: State, messages: Messages, interactions: Interactions) -> web.Application:
    """The application with the two routes above."""
    desk = _Counter(state, messages, interactions)
    app = web.Application(client_max_size=120 * 1024 * 1024)
    app.router.add_get("/stream", desk.stream)
    app.router.add_post("/act", desk.act)
    app.on_shutdown.append(desk.close)
    return app


class _Counter:
    """Serves everybody's browser."""

    def __init__(self, state: State, messages: Messages, interactions: Interactions) -> None:
        self._state = state
        self._messages = messages
        self._interactions = interactions
        self._open: set[web.WebSocketResponse] = set()

    async def close(self, _: web.Application) -> None:
        for socket in list(self._open):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    def _person(self, user: object, guild: object) -> Person:
        user_id = int(str(user)) if str(user).isdigit() else 0
        if user_id not in self._state.users:
            raise Cannot("There is no such person.")
        return Person(self._messages, self._interactions, user_id, self._guild(user_id, guild))

    def _guild(self, user_id: int, wanted: object) -> Guild:
        guilds = list(self._state.guilds.values())
        if wanted:
            guilds = [g for g in guilds if str(g.id) == str(wanted)]
        own = [g for g in guilds if user_id in g.members]
        if not guilds:
            raise Cannot("There is no such server.")
        return (own or guilds)[0]

    async def stream(self, request: web.Request) -> web.StreamResponse:
        try:
            person = self._person(request.query.get("person"), request.query.get("guild"))
        except Cannot as refusal:
            return web.json_response({"error": str(refusal)}, status=404)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._open.add(socket)
        feed = tasks.start("view of a person", self._feed(socket, person))
        try:
            async for _ in socket:
                pass  # the client has nothing to say here
        finally:
            self._open.discard(socket)
            await tasks.stop(feed)
        return socket

    async def _feed(self, socket: web.WebSocketResponse, person: Person) -> None:
        """The view now, and again after each change that this person can see."""
        last = ""
        with self._state.listen() as changed:
            while not socket.closed:
                changed.clear()
                text = json.dumps(whole_view(self._state, person.guild, person.user_id))
                if text != last and not await _sent(socket, text):
                    return
                last = text
                await changed.wait()
                await asyncio.sleep(_COALESCE)

    async def act(self, request: web.Request) -> web.StreamResponse:
        try:
            body, files = await _read(request)
            person = self._person(body.get("person"), body.get("guild"))
            kind = _KINDS.get(str(body.get("kind")))
            if kind is None:
                raise Cannot(f"Unknown act {body.get('kind')!r}.")
            return web.json_response({"ok": True} | (await kind(person, body, files) or {}))
        except (Cannot, NotAnswered) as refusal:
            return web.json_response({"error": str(refusal)}, status=400)
        except ApiError as refusal:
            return web.json_response({"error": refusal.message}, status=400)
        except (KeyError, ValueError) as fault:
            words = f"The act is incomplete: {fault}"
            return web.json_response({"error": words}, status=400)


async def _sent(socket: web.WebSocketResponse, text: str) -> bool:
    """Send a frame; False if the page went away in between."""
    try:
        await socket.send_str(text)
    except ConnectionError:
        return False
    return True


Files = list[tuple[str, bytes]]


async def _read(request: web.Request) -> tuple[Json, Files]:
    if not request.content_type.startswith("multipart/"):
        return _whole(await request.json()), []
    body: Json = {}
    files: Files = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.name == "act":
            body = _whole(json.loads(await part.text()))
        elif part.name == "files":
            files.append((part.filename or "file", bytes(await part.read())))
    return body, files


def _whole(body: object) -> Json:
    if not isinstance(body, dict):
        raise Cannot("The act must be a JSON object.")
    return body


async def _send(person: Person, body: Json, files: Files) -> Json:
    answered = int(body["reply_to"]) if body.get("reply_to") else None
    text = str(body.get("text", ""))
    message = await person.send(body["channel"], text, files, reply_to=answered)
    return {"message": str(message.id)}


async def _press(person: Person, body: Json, _: Files) -> Json | None:
    url = await person.press(body["message"], body["custom_id"])
    return {"url": url} if url else None


async def _select(person: Person, body: Json, _: Files) -> None:
    await person.select(body["message"], body["values"], custom_id=body.get("custom_id"))


async def _command(person: Person, body: Json, files: Files) -> None:
    options = dict(body.get("options") or {})
    offered = _file_options(person, body["name"])
    for name in options.keys() & offered:
        options[name] = files[int(options[name])]
    await person.command_in(body["channel"], body["name"], options)


def _file_options(person: Person, name: str) -> set[str]:
    """The options of a command that take a file."""
    found = [c for c in person.offered() if c["name"] == name]
    return {o["name"] for c in found for o in c["options"] if o["type"] == kinds.OPT_FILE}


async def _autocomplete(person: Person, body: Json, _: Files) -> Json:
    choices = await person.autocomplete(
        body["name"],
        body["option"],
        body["text"],
        others=body.get("options"),
        channel=body.get("channel"),
    )
    return {"choices": choices}


async def _modal(person: Person, body: Json, files: Files) -> None:
    fields = dict(body.get("fields") or {})
    form = person.form() or {"fields": []}
    for field in form["fields"]:
        name = field["custom_id"]
        if field["kind"] == "file" and name in fields:
            picked = fields[name] if isinstance(fields[name], list) else [fields[name]]
            fields[name] = [files[int(n)] for n in picked]
    await person.submit_modal(fields)


async def _react(person: Person, body: Json, _: Files) -> None:
    await person.react(body["message"], body["emoji"])


async def _dismiss(person: Person, body: Json, _: Files) -> None:
    if body.get("modal"):
        person.close_form()
    else:
        person.dismiss(body["message"])


async def _read_mark(person: Person, body: Json, _: Files) -> None:
    person.read(body["channel"])


async def _open_dm(person: Person, _: Json, __: Files) -> None:
    await person.open_dm()


async def _close_dms(person: Person, _: Json, __: Files) -> None:
    person.close_dms()


_KINDS: dict[str, Callable[[Person, Json, Files], Awaitable[Json | None]]] = {
    "send": _send,
    "press": _press,
    "select": _select,
    "command": _command,
    "autocomplete": _autocomplete,
    "modal": _modal,
    "react": _react,
    "dismiss": _dismiss,
    "read": _read_mark,
    "open_dm": _open_dm,
    "close_dms": _close_dms,
}
