"""What the chat application of one person talks to: one view stream, one door for actions.

Mount `LocalTelegram.client_app()` under any prefix. All addresses below are relative to it.
This text is the contract with the page that draws it. Ids are JSON numbers; times are Unix
seconds; a field is always present unless it says "absent".

GET  stream?person=<user id>          WebSocket
    The server sends the whole view on connect and again after each change, at most about
    every 30 ms. The client sends nothing. Close code 4404: no such person.

    View = {
      "type": "view",
      "now": 1760000000,
      "me": Person,
      "chats": [Chat, ...],                  last activity first
      "messages": {"<chat id>": [Message, ...]},   oldest first, at most the newest 200;
                                             empty unless state is "member"
      "answer": Answer | null,               the last answer to a button this person pressed
      "web_app": {"title": "...", "url": "https://...#tgWebAppData=..."} | null
                                             a page a bot opened by itself (join request guard)
    }
    Person = {"id": 1001, "name": "Fan", "username": "fan", "color": "#4f7cac", "bot": false}
    Chat = {
      "id": -1000000000001,                  a bot's id for the private chat with that bot
      "kind": "bot" | "group" | "channel",
      "title": "Tide Club", "username": "tide" | null, "color": "#4f7cac",
      "state": "member"                      may read (in a bot's chat: always this)
             | "can_join" | "can_request"    knows an invite link; tapping joins / asks
             | "requested"                   asked and waiting
             | "left" | "removed",           removed: banned; links do not work until unbanned
      "invite_link": "https://t.me/+abc" | null,   what "Request to join" taps
      "members": 3,                          0 in a bot's chat
      "role": "owner" | "administrator" | "member" | null,
      "may_write": true,
      "tag": "#17 First100" | "",            this person's own tag in the group
      "started": true,                       bot's chat only: else show a START button
      "blocked": false,                      bot's chat only
      "commands": [{"command": "verify", "description": "..."}],   bot's commands, their language
      "menu_button": {"text": "Open", "url": "https://..."} | null,
      "keyboard": [[{"text": "...", "web_app": false}]] | null,    reply keyboard under the input
      "placeholder": "Message" | "...",      what the input field suggests
      "reply_to": 12 | null,                 the bot asked for a reply to this message
      "unread": 2,
      "last": {"from": "Tide", "text": "short plain text", "date": 1760000000} | null,
      "pinned": 12 | null,                   message id
      "requests": [{"user": Person, "date": 1760000000}]   only where this person may approve
    }
    Message = {
      "id": 12, "date": 1760000000, "edited": true,
      "from": {"id": 42, "name": "Tide", "color": "#...", "bot": true, "tag": "admin" | ""},
      "mine": false,
      "service": "Fan joined the group" | null,   draw small and centred; no other content then
      "text": [Segment, ...],                the text, or the caption if there is media
      "media": [Media, ...],
      "album": "id" | null,                  consecutive messages with one album id belong together
      "buttons": [[Button, ...], ...],
      "protected": true,                     no forward, no save: offer neither
      "reply_to": {"id": 11, "name": "Fan", "text": "short plain text"} | null,
      "forwarded_from": "Tide" | null,
      "preview": "https://..." | null,       link preview, if any
      "reactions": [{"emoji": "...", "count": 2, "mine": false}]
    }
    Segment = {"text": "plain, may hold newlines",      draw with textContent only
               "styles": ["bold", "italic", "underline", "strikethrough", "spoiler", "code",
                          "pre", "blockquote", "expandable_blockquote"],
               "url": "https://..." (absent unless it is a link),
               "command": "/verify" (absent unless tapping it sends this text)}
    Media = {"kind": "photo" | "audio" | "voice" | "document" | "video" | "animation",
             "url": "file/<key>",            answers Range requests
             "name": "tide.mp3", "mime": "audio/mpeg", "size": 12345, "duration": 61,
             "title": "Tide", "performer": "...", "width": 0, "height": 0, "spoiler": false}
    Button = {"text": "Continue", "kind": "callback" | "url" | "web_app" | "copy" | "other",
              "style": "primary" | "success" | "danger" | null}
    Answer = {"id": "77", "chat": 42, "message": 12, "text": "Counted" | "", "alert": false,
              "url": "https://..." | null, "pending": false}
             pending: pressed, the bot has not answered yet (draw the button as busy)

POST act         application/json, or multipart/form-data with the same fields as text parts
    {"person": 1001, "kind": "...", ...}  ->  200 {"ok": true, ...}  or  4xx {"error": "words"}

    kind           more fields                        answer, beside "ok"
    start          bot, payload ("")                  message: id
    send           chat, text, reply_to (null),       message: id
                   anonymous (false: an admin's message in the name of the group)
    send_audio     chat, file (multipart part),       message: id
                   caption, title, performer, duration
    send_document  chat, file, caption                message: id
    send_photo     chat, file, caption                message: id
    send_voice     chat, file, duration               message: id
    edit           chat, message, text
    delete         chat, message
    forward        chat, message, to_chat             message: id (refused if "protected")
    press          chat, message, row, column         result: "callback" (the view's "answer"
                   (or label instead of the two)        follows), or "url" | "web_app" | "copy"
                                                        with value: address or text to use
    key            chat, label                        message: id (reply keyboard); or, for a
                                                        page key, result "web_app" and value
    web_app_data   chat, label, data                  message: id (what a page key sends back)
    menu           bot                                result: "web_app", value
    open           url                                follows t.me links: result "started" with
                                                        chat, or as tap_invite; else "url", value
    tap_invite     link                               result: "joined" | "requested" | "member"
                                                        | "removed" | "expired" | "full", chat
    cancel_request chat
    leave          chat
    block, unblock bot
    react          chat, message, emoji ("" removes)
    pin            chat, message                      for administrators
    read           chat                               unread becomes 0
    close_answer   -                                  the view's "answer" becomes null
    close_web_app  -                                  the view's "web_app" becomes null
    approve, decline   chat, user                     for administrators: join requests
    remove, allow      chat, user                     for administrators: ban and lift the ban

GET  file/<key>                        the bytes of a photo, audio or document, with Range
GET  people                            {"people": [Person, ...], "bots": [Person, ...]}
                                       a person starts a bot that is not in their list yet by
                                       the action "start", or "open" with its t.me link
"""

import asyncio

from aiohttp import WSCloseCode, WSMsgType, web

from bot import tasks
from bot.sandbox.telegram_server.acts import ACTS
from bot.sandbox.telegram_server.errors import ApiError, PersonError
from bot.sandbox.telegram_server.page_view import person_json, whole_view
from bot.sandbox.telegram_server.params import UPLOAD_LIMIT, Params, read_params
from bot.sandbox.telegram_server.person import Person
from bot.sandbox.telegram_server.world import World

COALESCE = 0.03  # seconds in which changes are gathered into one view
NO_SUCH_PERSON = 4404
SHOWN = ("image/", "audio/", "video/")


def build_client_app(world: World) -> web.Application:
    """The application people's browsers talk to."""
    app = web.Application(client_max_size=UPLOAD_LIMIT + 4 * 1024 * 1024)
    client = _Client(world)
    app.router.add_get("/stream", client.stream)
    app.router.add_post("/act", client.act)
    app.router.add_get("/file/{key}", client.file)
    app.router.add_get("/people", client.people)
    app.on_shutdown.append(client.close)
    return app


class _Client:
    def __init__(self, world: World) -> None:
        self._world = world
        self._sockets: set[web.WebSocketResponse] = set()

    async def close(self, _: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)

    async def stream(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        user = _number(request.query.get("person", ""))
        if user not in self._world.accounts or user in self._world.profiles:
            await socket.close(code=NO_SUCH_PERSON, message=b"no such person")
            return socket
        self._sockets.add(socket)
        sending = tasks.start("telegram view", self._send_views(socket, user))
        try:
            async for message in socket:
                if message.type == WSMsgType.ERROR:
                    break
        finally:
            self._sockets.discard(socket)
            await tasks.stop(sending)
        return socket

    async def _send_views(self, socket: web.WebSocketResponse, user: int) -> None:
        moved = asyncio.Event()
        self._world.listeners.add(moved.set)
        try:
            while not socket.closed:
                moved.clear()
                await socket.send_json(whole_view(self._world, user))
                await moved.wait()
                await asyncio.sleep(COALESCE)
        except ConnectionError:
            return  # the page was closed
        finally:
            self._world.listeners.discard(moved.set)

    async def act(self, request: web.Request) -> web.Response:
        try:
            fields = await read_params(request)
            answer = await self._acted(fields)
        except PersonError as error:
            return web.json_response({"error": str(error)}, status=400)
        except ApiError as error:
            return web.json_response({"error": error.description}, status=400)
        return web.json_response({"ok": True} | answer)

    async def _acted(self, fields: Params) -> dict[str, object]:
        user = fields.number("person")
        act = ACTS.get(fields.text("kind"))
        if user not in self._world.accounts or user in self._world.profiles:
            raise PersonError("there is no such person")
        if act is None:
            raise PersonError("there is no such action")
        return await act(Person(self._world, user), fields)

    async def file(self, request: web.Request) -> web.Response:
        found = self._world.files.get(request.match_info["key"])
        if found is None:
            raise web.HTTPNotFound
        return _ranged(request, found.data, found.mime)

    async def people(self, _: web.Request) -> web.Response:
        accounts = self._world.accounts.values()
        return web.json_response(
            {
                "people": [person_json(each) for each in accounts if not each.is_bot],
                "bots": [person_json(each) for each in accounts if each.is_bot],
            }
        )


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _ranged(request: web.Request, data: bytes, mime: str) -> web.Response:
    """The bytes, or the part of them that an audio element asks for (RFC 9110: Range)."""
    headers = {"Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}
    if not mime.startswith(SHOWN) or "svg" in mime:  # somebody else's page must not run here
        headers["Content-Disposition"] = "attachment"
        mime = "application/octet-stream"
    try:
        wanted = request.http_range
    except ValueError:
        raise web.HTTPRequestRangeNotSatisfiable from None
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=data, content_type=mime, headers=headers)
    begin, end, _ = wanted.indices(len(data))
    if begin >= len(data):
        raise web.HTTPRequestRangeNotSatisfiable
    headers["Content-Range"] = f"bytes {begin}-{end - 1}/{len(data)}"
    return web.Response(status=206, body=data[begin:end], content_type=mime, headers=headers)
