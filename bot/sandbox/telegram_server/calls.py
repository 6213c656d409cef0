"""One request of a bot, and the look-ups and checks that many methods share."""

from dataclasses import dataclass

from bot.sandbox.telegram_server.errors import ApiError, bad, forbidden, moved
from bot.sandbox.telegram_server.params import Params
from bot.sandbox.telegram_server.state import Chat, Membership, Message
from bot.sandbox.telegram_server.world import World


@dataclass(frozen=True)
class Call:
    """Who calls what with which parameters."""

    world: World
    bot: int
    method: str
    params: Params

    def chat(self, name: str = "chat_id") -> Chat:
        """The chat a parameter names, as far as this bot can see it."""
        number = self._chat_number(name)
        if number > 0:
            return _talk(self, number)
        room = self.world.rooms.get(number)
        if room is not None and room.moved_to:
            raise moved(room.moved_to)
        if room is None or self.bot not in room.members:
            raise bad("chat not found")
        _check_inside(self.world.member(room, self.bot), room)
        return room

    def room(self) -> Chat:
        """The group or channel a member or link method is about."""
        chat = self.chat()
        if chat.bot:
            raise bad("method is available for supergroup and channel chats only")
        return chat

    def me(self, chat: Chat) -> Membership:
        """The bot's own membership."""
        return self.world.member(chat, self.bot)

    def require(self, chat: Chat, right: str, words: str) -> None:
        """Refuse unless the bot is an administrator with this right."""
        if right not in self.me(chat).rights:
            raise bad(f"not enough rights{' ' if words else ''}{words}")

    def user(self) -> int:
        """The account of the parameter user_id."""
        if not self.params.has("user_id"):
            raise bad("invalid user_id specified")
        number = self.params.number("user_id")
        if number not in self.world.accounts:
            raise bad("PARTICIPANT_ID_INVALID")
        return number

    def message(self, chat: Chat, purpose: str, name: str = "message_id") -> Message:
        """The message a parameter names."""
        found = chat.messages.get(self.params.number(name))
        if found is None:
            raise bad(f"message to {purpose} not found")
        return found

    def _chat_number(self, name: str) -> int:
        if not self.params.has(name):
            raise bad(f"{name} is empty")
        text = self.params.text(name)
        if text.startswith("@"):
            number = self.world.by_username(text)
            return number if number < 0 else 0
        try:
            return int(text)
        except ValueError as error:
            raise bad("chat not found") from error


def _talk(call: Call, user: int) -> Chat:
    person = call.world.accounts.get(user)
    if person is None:
        raise bad("chat not found")
    if person.is_bot:
        raise forbidden("bots can't send messages to bots")
    if (call.bot, user) in call.world.talks:
        return call.world.talks[call.bot, user]
    if call.world.shares_chat(call.bot, user):
        return call.world.talk(call.bot, user)
    raise bad("chat not found")


def _check_inside(member: Membership, room: Chat) -> None:
    name = room.kind
    if member.status == "kicked":
        raise forbidden(f"bot was kicked from the {name} chat")
    if not member.is_inside:
        raise forbidden(f"bot is not a member of the {name} chat")


def check_may_write(call: Call, chat: Chat, permission: str) -> None:
    """Refuse unless the bot may send this kind of message here now."""
    refusal = _refusal(call, chat, permission)
    if refusal:
        raise refusal


def _refusal(call: Call, chat: Chat, permission: str) -> ApiError | None:
    if chat.bot:
        return _talk_refusal(call, chat)
    me = call.me(chat)
    if chat.kind == "channel":
        if "can_post_messages" not in me.rights:
            return bad("need administrator rights in the channel chat")
        return None
    held = me.permissions if me.status == "restricted" else chat.permissions
    if me.is_admin or permission in held:
        return None
    what = permission.removeprefix("can_send_").replace("_", " ")
    what = "text messages" if what == "messages" else what
    return bad(f"not enough rights to send {what} to the chat")


def _talk_refusal(call: Call, chat: Chat) -> ApiError | None:
    if chat.blocked:
        return forbidden("bot was blocked by the user")
    if chat.started or chat.write_until > call.world.now():
        return None
    return forbidden("bot can't initiate conversation with a user")
