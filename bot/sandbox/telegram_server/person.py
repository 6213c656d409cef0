"""One person at their phone: the same actions for tests and for the browser's chat page."""

import asyncio
import re
from collections.abc import Callable

from bot.sandbox.telegram_server import joining, moderating, pressing, talking
from bot.sandbox.telegram_server.errors import ApiError, PersonError
from bot.sandbox.telegram_server.params import Upload
from bot.sandbox.telegram_server.state import Account, CallbackQuery, Chat, Json, Message
from bot.sandbox.telegram_server.view import (
    MessageView,
    chat_number,
    chats_of,
    message_view,
    messages_for,
)
from bot.sandbox.telegram_server.world import World

PAYLOAD = re.compile(r"^[A-Za-z0-9_-]{0,64}$")  # Telegram: Deep linking
ANSWER_SECONDS = 5.0
Wanted = str | Callable[[MessageView], bool]


class Person:
    """What a person can do; PersonError says why something is not possible.

    A chat is named by a bot's id (the private chat with it) or by a group's or channel's id.
    """

    def __init__(self, world: World, user_id: int) -> None:
        self.world = world
        self.user_id = user_id

    @property
    def account(self) -> Account:
        """Name, username, language and colour."""
        return self.world.accounts[self.user_id]

    # look

    def chats(self) -> list[int]:
        """The chats in the list, last activity first."""
        return [chat_number(chat) for chat in chats_of(self.world, self.user_id)]

    def is_member(self, chat: int) -> bool:
        """Whether the person is in the group now."""
        return self.world.member(self.world.rooms[chat], self.user_id).is_inside

    def status(self, chat: int) -> str:
        """creator, administrator, member, restricted, left or kicked."""
        return self.world.member(self.world.rooms[chat], self.user_id).status

    def tag(self, chat: int) -> str:
        """The person's tag in the group."""
        return self.world.member(self.world.rooms[chat], self.user_id).tag

    def has_requested(self, chat: int) -> bool:
        """Whether a join request is waiting."""
        return self.user_id in self.world.rooms[chat].requests

    def messages(self, chat: int) -> list[MessageView]:
        """Everything on the screen of this chat, oldest first."""
        found = messages_for(self.world, self.chat(chat), self.user_id)
        return [message_view(self.world, message) for message in found]

    def chat(self, number: int) -> Chat:
        """The chat behind a number."""
        return talking.chat_for(self.world, self.user_id, number)

    def message(self, chat: int, number: int) -> Message:
        """The message as it stands now."""
        found = self.chat(chat).messages.get(number)
        if found is None:
            raise PersonError("the message is gone")
        return found

    async def sees(
        self,
        chat: int,
        wanted: Wanted,
        timeout: float = 15,  # noqa: ASYNC109  - the name tests use
        *,
        after: int = 0,
    ) -> MessageView:
        """Wait for a message that holds the text or meets the condition; newest first.

        `after`: only messages with a greater id. Fails with AssertionError that lists what is
        visible.
        """
        try:
            async with asyncio.timeout(timeout):
                return await self._found(chat, wanted, after)
        except TimeoutError:
            shown = "\n".join(f"  {_line(each)}" for each in self.messages(chat)) or "  nothing"
            raise AssertionError(f"not seen: {wanted!r}; visible:\n{shown}") from None

    async def until(self, condition: Callable[[], bool], timeout: float = 15) -> None:  # noqa: ASYNC109  - the name tests use
        """Wait until something about the world holds, looked at after each change."""
        async with asyncio.timeout(timeout):
            await self._settled(condition)

    async def _found(self, chat: int, wanted: Wanted, after: int) -> MessageView:
        found: list[MessageView] = []

        def look() -> bool:
            later = (each for each in self.messages(chat) if each.id > after)
            found[:] = [each for each in later if _matches(each, wanted)]
            return bool(found)

        await self._settled(look)
        return found[-1]

    async def _settled(self, condition: Callable[[], bool]) -> None:
        moved = asyncio.Event()
        self.world.listeners.add(moved.set)
        try:
            while not condition():
                moved.clear()
                await moved.wait()
        finally:
            self.world.listeners.discard(moved.set)

    # write

    async def start(self, bot: int, payload: str = "") -> int:
        """Press Start, or follow a deep link; the message's id."""
        if not PAYLOAD.match(payload):
            raise PersonError("a start payload is at most 64 of A-Z a-z 0-9 _ -")
        talk = talking.open_talk(self.world, bot, self.user_id)
        text = f"/start {payload}" if payload else "/start"
        return talking.write(self.world, self.user_id, talk, text).id

    async def send(
        self,
        chat: int,
        text: str,
        *,
        reply_to: int = 0,
        anonymous: bool = False,
        as_channel: int = 0,
    ) -> int:
        """Send a text; the message's id.

        `anonymous`: as an administrator in the name of the group; `as_channel`: in the name of
        a channel that this person runs.
        """
        return talking.write(
            self.world,
            self.user_id,
            self.chat(chat),
            text,
            reply_to=reply_to,
            as_chat=chat if anonymous else as_channel,
        ).id

    async def send_audio(
        self, chat: int, data: bytes, filename: str, *, mime: str = "", **about: object
    ) -> int:
        """Send music; `about`: caption, title, performer, duration."""
        return self.send_file(chat, Upload(filename, mime, data), "audio", about)

    async def send_document(
        self, chat: int, data: bytes, filename: str, *, mime: str = "", **about: object
    ) -> int:
        """Send a file as it is."""
        return self.send_file(chat, Upload(filename, mime, data), "document", about)

    async def send_photo(
        self, chat: int, data: bytes, filename: str = "photo.jpg", **about: object
    ) -> int:
        """Send a picture."""
        return self.send_file(chat, Upload(filename, "", data), "photo", about)

    async def send_voice(
        self, chat: int, data: bytes, filename: str = "voice.ogg", **about: object
    ) -> int:
        """Send a voice message."""
        return self.send_file(chat, Upload(filename, "audio/ogg", data), "voice", about)

    def send_file(self, chat: int, upload: Upload, kind: str, about: dict[str, object]) -> int:
        """Send a file as audio, document, photo or voice."""
        try:
            sent = talking.send_file(
                self.world, self.user_id, self.chat(chat), upload, kind=kind, about=about
            )
        except ApiError as error:
            raise PersonError(error.description) from error
        return sent.id

    async def forward(self, chat: int, message: int, to_chat: int) -> int:
        """Forward a message; refused where its content is protected."""
        source = self.message(chat, message)
        return talking.forward(self.world, self.user_id, source, self.chat(to_chat)).id

    async def edit(self, chat: int, message: int, text: str) -> None:
        """Change one's own text."""
        talking.edit(self.world, self.user_id, self.message(chat, message), text)

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message."""
        talking.delete(self.world, self.user_id, self.message(chat, message))

    async def react(self, chat: int, message: int, emoji: str) -> None:
        """React with an emoji; an empty one takes it back."""
        talking.react(self.world, self.user_id, self.message(chat, message), emoji)

    # press

    async def press(
        self,
        message: MessageView,
        label: str,
        timeout: float = ANSWER_SECONDS,  # noqa: ASYNC109  - the name tests use
    ) -> str | None:
        """Press an inline button.

        A callback button gives the text of the bot's answer ("" if it has none, None if the bot
        did not answer in time); other buttons give the address or text they hold.
        """
        pressed = self.press_now(message, label)
        if pressed.query is None:
            return pressed.value
        return await self._answer(pressed.query, timeout)

    def press_now(self, message: MessageView, label: str) -> pressing.Press:
        """Press without waiting; a press on a deleted message still reaches the bot."""
        chat = self.chat(message.chat)
        current = chat.messages.get(message.id)
        if current is None:
            raise PersonError("the message is gone")
        button = pressing.find_button(current, label)
        return pressing.press(self.world, self.user_id, current, button)

    async def _answer(self, query: CallbackQuery, seconds: float) -> str | None:
        try:
            await self.until(lambda: query.answer is not None, seconds)
        except TimeoutError:
            return None
        return str((query.answer or {}).get("text", ""))

    def open_web_app(self, message: MessageView, label: str) -> str:
        """Open the Mini App of a button: its address with `#tgWebAppData=...`."""
        pressed = self.press_now(message, label)
        if pressed.result != "web_app":
            raise PersonError(f"{label!r} is a {pressed.result} button")
        return pressed.value

    def opened_page(self) -> str:
        """The address of the Mini App that a guard bot showed by itself; empty if none."""
        return pressing.opened_page(self.world, self.user_id)

    def last_answer(self) -> Json | None:
        """The bot's answer to the last press: text, alert, url."""
        query = self.world.last_press.get(self.user_id)
        return query.answer if query else None

    def keys(self, chat: int) -> list[str]:
        """The labels of the reply keyboard."""
        rows = (self.chat(chat).keyboard or {}).get("keyboard", [])
        return [key if isinstance(key, str) else str(key["text"]) for row in rows for key in row]

    async def tap_key(self, chat: int, label: str) -> int | str:
        """Tap a key of the reply keyboard: the id of the message sent, or a page's address."""
        room = self.chat(chat)
        found = pressing.keyboard_key(room, label)
        if (room.keyboard or {}).get("one_time_keyboard"):
            room.keyboard = None
        if "web_app" in found:
            return str(found["web_app"]["url"])
        return await self.send(chat, str(found["text"]))

    def open_menu(self, bot: int) -> str:
        """Open the Mini App of the bot's menu button."""
        address = pressing.menu_page(self.world, bot, self.user_id)
        if not address:
            raise PersonError("this bot's menu opens no page")
        return address

    # come and go

    async def tap_invite(self, link: str) -> str:
        """Open an invite link: joined, requested, member, removed, expired or full."""
        return joining.tap(self.world, self.user_id, link)

    async def leave(self, chat: int) -> None:
        """Leave a group, or take back a join request."""
        room = self.world.rooms[chat]
        if self.status(chat) == "creator":
            raise PersonError("the owner can't leave")
        if room.requests.pop(self.user_id, None) is None:
            joining.exit_chat(self.world, room, self.user_id)
        self.world.changed()

    def block(self, bot: int) -> None:
        """Stop and block a bot."""
        talking.set_blocked(self.world, self.world.talk(bot, self.user_id), blocked=True)

    def unblock(self, bot: int) -> None:
        """Take the block back."""
        talking.set_blocked(self.world, self.world.talk(bot, self.user_id), blocked=False)

    # as an administrator

    async def approve(self, chat: int, user: int) -> None:
        """Let in somebody who asked."""
        moderating.settle(self.world, self.user_id, self.chat(chat), user, approve=True)

    async def decline(self, chat: int, user: int) -> None:
        """Turn down somebody who asked."""
        moderating.settle(self.world, self.user_id, self.chat(chat), user, approve=False)

    async def remove(self, chat: int, user: int) -> None:
        """Ban somebody."""
        moderating.put_out(self.world, self.user_id, self.chat(chat), user)

    async def allow(self, chat: int, user: int) -> None:
        """Lift a ban."""
        moderating.lift_ban(self.world, self.user_id, self.chat(chat), user)

    async def pin(self, chat: int, message: int) -> None:
        """Pin a message."""
        moderating.pin(self.world, self.user_id, self.message(chat, message))


def _matches(view: MessageView, wanted: Wanted) -> bool:
    if isinstance(wanted, str):
        return wanted in view.text or wanted in view.service
    return wanted(view)


def _line(view: MessageView) -> str:
    buttons = " ".join(f"[{label}]" for label in view.labels)
    media = " ".join(f"<{each.kind} {each.name}>" for each in view.media)
    return " ".join(filter(None, (f"{view.sender}:", view.service, media, view.text, buttons)))
