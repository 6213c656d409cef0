"""What the bot may do in a chat, as its membership there says."""

from dataclasses import dataclass

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberOwner, ChatMemberRestricted

from bot.platforms.telegram_hear import is_inside
from gating.model.chats import Powers


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Right by right. A door needs two: to answer who asks to join, and to let people go."""

    inside: bool = False
    admin: bool = False
    invite: bool = False
    ban: bool = False
    post: bool = False

    @property
    def powers(self) -> Powers:
        return Powers(door=self.invite and self.ban, post=self.post)


def rights_of(member: ChatMember, *, channel: bool) -> Rights:
    """In a channel only administrators post, with a right of its own (ChatMemberAdministrator)."""
    if isinstance(member, ChatMemberOwner):
        return Rights(inside=True, admin=True, invite=True, ban=True, post=True)
    if isinstance(member, ChatMemberAdministrator):
        return Rights(
            inside=True,
            admin=True,
            invite=bool(member.can_invite_users),
            ban=bool(member.can_restrict_members),
            post=bool(member.can_post_messages) if channel else True,
        )
    inside = is_inside(member)
    silenced = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
    return Rights(inside=inside, post=inside and not channel and not silenced)
