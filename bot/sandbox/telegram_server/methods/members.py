"""Who is in a chat: look up, ban, restrict, promote, tag."""

import re
from dataclasses import replace

from bot.sandbox.telegram_server.calls import Call
from bot.sandbox.telegram_server.errors import bad
from bot.sandbox.telegram_server.joining import ban, change_member, exit_chat, unban
from bot.sandbox.telegram_server.payloads import member_payload
from bot.sandbox.telegram_server.rights import ADMIN_RIGHTS, PERMISSIONS
from bot.sandbox.telegram_server.state import Chat, Json, Membership

SHORTEST, LONGEST = 30, 366 * 24 * 3600  # seconds; Bot API: banChatMember.until_date
TAG_LIMIT = 16
RESTRICT = "to restrict/unrestrict chat member"
PICTOGRAM = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u231a-\u23ff"
    "\ufe0f\u200d\u20e3\U000e0020-\U000e007f]"
)
# Older single permissions that stand for several (Bot API: use_independent_chat_permissions)
MEDIA = frozenset(
    f"can_send_{each}"
    for each in ("audios", "documents", "photos", "videos", "video_notes", "voice_notes")
)


def get_member(call: Call) -> Json:
    """One membership; somebody never seen in the chat has left."""
    chat = call.chat()
    number = call.params.number("user_id")
    if number not in call.world.accounts:
        raise bad("invalid user_id specified" if number <= 0 else "PARTICIPANT_ID_INVALID")
    if not chat.bot and not call.me(chat).is_admin and number != call.bot and _hidden(chat):
        raise bad("member list is inaccessible")
    if chat.bot:
        return member_payload(call.world, chat, number, Membership("member"))
    return member_payload(call.world, chat, number, call.world.member(chat, number))


def _hidden(chat: Chat) -> bool:
    return chat.kind == "channel"


def get_administrators(call: Call) -> list[Json]:
    """Owner and administrators, without other bots."""
    chat = call.chat()
    if chat.bot:
        raise bad("there are no administrators in the private chat")
    return [
        member_payload(call.world, chat, number, member)
        for number, member in chat.members.items()
        if member.is_admin and (number == call.bot or number not in call.world.profiles)
    ]


def get_count(call: Call) -> int:
    """How many are inside."""
    chat = call.chat()
    if chat.bot:
        return 2
    return sum(1 for each in chat.members if call.world.member(chat, each).is_inside)


def ban_member(call: Call) -> bool:
    """Remove a person and keep them out."""
    chat, user = _target(call)
    until = _until(call)
    ban(call.world, chat, user, actor=call.bot, until=until)
    return True


def unban_member(call: Call) -> bool:
    """Let a person come back; puts out a member unless only_if_banned."""
    chat, user = _target(call)
    if chat.kind == "group":
        raise bad("method is available for supergroup and channel chats only")
    only = call.params.flag("only_if_banned")
    unban(call.world, chat, user, actor=call.bot, only_if_banned=only)
    return True


def _target(call: Call) -> tuple[Chat, int]:
    """Chat and a person who may be put out of it."""
    chat = call.room()
    call.require(chat, "can_restrict_members", RESTRICT)
    user = call.user()
    if user == call.bot:
        raise bad("can't restrict self")
    status = call.world.member(chat, user).status
    if status == "creator":
        raise bad("can't remove chat owner")
    if status == "administrator" and call.world.member(chat, user).promoted_by != call.bot:
        raise bad("user is an administrator of the chat")
    return chat, user


def _until(call: Call) -> int:
    until = call.params.number("until_date")
    seconds = until - call.world.now()
    return until if until and SHORTEST <= seconds <= LONGEST else 0


def restrict_member(call: Call) -> bool:
    """Allow a person only some things in a supergroup."""
    chat, user = _target(call)
    if chat.kind != "supergroup":
        raise bad("method is available only for supergroups")
    allowed = read_permissions(call)
    old = call.world.member(chat, user)
    if old.status == "kicked":
        old = Membership("left")
    if allowed == frozenset(PERMISSIONS):
        new = Membership("member" if old.is_inside else "left", tag=old.tag)
    else:
        new = Membership(
            "restricted",
            permissions=allowed,
            inside=old.is_inside,
            until=_until(call),
            tag=old.tag,
        )
    change_member(call.world, chat, user, new, actor=call.bot)
    return True


def read_permissions(call: Call) -> frozenset[str]:
    """The permissions parameter; the older names stand for groups of newer ones."""
    given = call.params.data("permissions")
    if not isinstance(given, dict):
        raise bad("can't parse chat permissions: object expected")
    allowed = {name for name in PERMISSIONS if given.get(name)}
    if not call.params.flag("use_independent_chat_permissions"):
        if "can_send_other_messages" in allowed or "can_add_web_page_previews" in allowed:
            allowed |= MEDIA
        if allowed & MEDIA or "can_send_polls" in allowed:
            allowed.add("can_send_messages")
    if "can_send_messages" in allowed and "can_react_to_messages" not in given:
        allowed.add("can_react_to_messages")
    return frozenset(allowed)


def set_permissions(call: Call) -> bool:
    """What members may do unless restricted."""
    chat = call.room()
    call.require(chat, "can_restrict_members", "to change chat permissions")
    chat.permissions = read_permissions(call)
    call.world.changed()
    return True


def promote_member(call: Call) -> bool:
    """Give or take administrator rights; the bot can give only what it has."""
    chat = call.room()
    call.require(chat, "can_promote_members", "")
    user = call.user()
    old = call.world.member(chat, user)
    if old.status == "creator":
        raise bad("can't remove chat owner")
    if old.status == "administrator" and old.promoted_by != call.bot:
        raise bad("CHAT_ADMIN_REQUIRED")
    if not old.is_inside:
        raise bad("USER_NOT_PARTICIPANT")
    wanted = frozenset(name for name in ADMIN_RIGHTS if call.params.flag(name))
    if wanted - call.me(chat).rights:
        raise bad("RIGHT_FORBIDDEN")
    new = Membership("member")
    if wanted:
        anonymous = call.params.flag("is_anonymous")
        new = Membership("administrator", rights=wanted, anonymous=anonymous, promoted_by=call.bot)
    change_member(call.world, chat, user, new, actor=call.bot)
    return True


def set_title(call: Call) -> bool:
    """The title of an administrator whom this bot promoted."""
    chat = call.room()
    user = call.user()
    member = call.world.member(chat, user)
    if member.status != "administrator":
        raise bad("user is not an administrator")
    if member.promoted_by != call.bot:
        raise bad("not enough rights to change custom title of the user")
    title = checked_tag(call.params.text("custom_title"), "ADMIN_RANK_INVALID")
    change_member(call.world, chat, user, replace(member, title=title), actor=call.bot)
    return True


def set_tag(call: Call) -> bool:
    """The tag of a regular member (Bot API: setChatMemberTag)."""
    chat = call.room()
    call.require(chat, "can_manage_tags", "to manage member tags")
    user = call.user()
    member = call.world.member(chat, user)
    if chat.kind != "supergroup" or member.is_admin:
        raise bad("the tag can be set only for regular members of a group")
    if not member.is_inside:
        raise bad("USER_NOT_PARTICIPANT")
    tag = checked_tag(call.params.text("tag"), "TAG_INVALID")
    change_member(call.world, chat, user, replace(member, tag=tag), actor=call.bot)
    return True


def checked_tag(text: str, refusal: str) -> str:
    """A tag or title: 0-16 characters, no emoji."""
    if len(text) > TAG_LIMIT or PICTOGRAM.search(text):
        raise bad(refusal)
    return text


def leave_chat(call: Call) -> bool:
    """The bot goes."""
    exit_chat(call.world, call.room(), call.bot)
    return True


METHODS = {
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
    "getChatMemberCount": get_count,
    "banChatMember": ban_member,
    "unbanChatMember": unban_member,
    "restrictChatMember": restrict_member,
    "setChatPermissions": set_permissions,
    "promoteChatMember": promote_member,
    "setChatAdministratorCustomTitle": set_title,
    "setChatMemberTag": set_tag,
    "leaveChat": leave_chat,
}
