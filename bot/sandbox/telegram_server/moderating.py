"""What a person with administrator rights does: let in, put out, pin."""

from bot.sandbox.telegram_server import joining
from bot.sandbox.telegram_server.errors import PersonError
from bot.sandbox.telegram_server.posting import service
from bot.sandbox.telegram_server.state import Chat, Message
from bot.sandbox.telegram_server.world import World


def settle(world: World, actor: int, chat: Chat, user: int, *, approve: bool) -> None:
    """Approve or decline a join request."""
    _check(world, actor, chat, "can_invite_users")
    if not joining.settle_request(world, chat, user, approve=approve):
        raise PersonError("nobody of that name is waiting")


def put_out(world: World, actor: int, chat: Chat, user: int) -> None:
    """Ban somebody for good."""
    _check(world, actor, chat, "can_restrict_members")
    if user not in world.accounts:
        raise PersonError("there is nobody of that name")
    if world.member(chat, user).is_admin:
        raise PersonError("administrators can't be removed")
    joining.ban(world, chat, user, actor=actor, until=0)


def lift_ban(world: World, actor: int, chat: Chat, user: int) -> None:
    """Let somebody come back."""
    _check(world, actor, chat, "can_restrict_members")
    joining.unban(world, chat, user, actor=actor, only_if_banned=True)


def pin(world: World, actor: int, message: Message) -> None:
    """Pin a message; in a private chat anybody may."""
    chat = message.chat
    if not chat.bot:
        right = "can_edit_messages" if chat.kind == "channel" else "can_pin_messages"
        _check(world, actor, chat, right)
    chat.pinned.append(message.id)
    service(world, chat, actor, {"pinned_message": message.id})
    world.changed()


def _check(world: World, actor: int, chat: Chat, right: str) -> None:
    if right not in world.member(chat, actor).rights:
        raise PersonError("you have no right to do that here")
