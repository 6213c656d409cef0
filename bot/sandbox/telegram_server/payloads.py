"""State in the JSON shapes of the Bot API (types User, Chat, Message, ChatMember, ...)."""

from typing import Any

from bot.sandbox.telegram_server.rights import PERMISSIONS, rights_in
from bot.sandbox.telegram_server.state import (
    Account,
    Chat,
    Json,
    Link,
    Membership,
    Message,
    StoredFile,
)
from bot.sandbox.telegram_server.world import World

# The sender shown for anonymous administrators (Bot API: Message.from)
ANONYMOUS: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
# The sender of posts that a linked channel puts into its discussion group
SERVICE_USER: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHANNEL_USER: Json = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}


def user_payload(account: Account) -> Json:
    """User."""
    body: Json = {"id": account.id, "is_bot": account.is_bot, "first_name": account.first_name}
    if account.username:
        body["username"] = account.username
    if not account.is_bot and account.language:
        body["language_code"] = account.language
    return body


def me_payload(world: World, bot: int) -> Json:
    """User as getMe returns it, with what only getMe says."""
    guards = any(room.guard == bot for room in world.rooms.values())
    return user_payload(world.accounts[bot]) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_guest_queries": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_join_request_queries": guards,
    }


def chat_payload(world: World, chat: Chat) -> Json:
    """Chat."""
    if chat.bot:
        person = world.accounts[chat.id]
        body: Json = {"id": chat.id, "type": "private", "first_name": person.first_name}
    else:
        body = {"id": chat.id, "type": chat.kind, "title": chat.title}
    if chat.username:
        body["username"] = chat.username
    return body | ({"is_forum": True} if chat.topics else {})


def full_chat_payload(world: World, chat: Chat, bot: int) -> Json:
    """ChatFullInfo as getChat returns it."""
    body = chat_payload(world, chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False) | {"gifts_from_channels": False},
    }
    if chat.bot:
        return body | ({"active_usernames": [chat.username]} if chat.username else {})
    body |= {"permissions": permissions_payload(chat.permissions)} if _is_group(chat) else {}
    body |= {"description": chat.description} if chat.description else {}
    body |= {"has_protected_content": True} if chat.protected else {}
    body |= {"linked_chat_id": chat.linked} if chat.linked else {}
    body |= {"guard_bot": user_payload(world.accounts[chat.guard])} if chat.guard else {}
    if chat.pinned and (pinned := chat.messages.get(chat.pinned[-1])):
        body["pinned_message"] = message_payload(world, pinned, bot)
    for link in chat.links.values():
        if link.is_primary and not link.is_revoked and link.creator == bot:
            body["invite_link"] = link.url
    return body


def _is_group(chat: Chat) -> bool:
    return chat.kind in ("group", "supergroup")


def permissions_payload(allowed: frozenset[str]) -> Json:
    """ChatPermissions."""
    return {name: name in allowed for name in PERMISSIONS}


def member_payload(world: World, chat: Chat, account: int, member: Membership) -> Json:
    """ChatMember in the form of its status."""
    body: Json = {"status": member.status, "user": user_payload(world.accounts[account])}
    match member.status:
        case "creator":
            body |= {"is_anonymous": member.anonymous}
        case "administrator":
            body |= {"can_be_edited": False, "is_anonymous": member.anonymous}
            body |= {name: name in member.rights for name in rights_in(chat.kind)}
        case "restricted":
            body |= {"is_member": member.inside, "until_date": member.until}
            body |= permissions_payload(member.permissions)
        case "kicked":
            body |= {"until_date": member.until}
    if member.is_admin and member.title:
        body["custom_title"] = member.title
    if member.tag and member.status in ("member", "restricted"):
        body["tag"] = member.tag
    return body


def link_payload(world: World, link: Link, viewer: int) -> Json:
    """ChatInviteLink; a link made by somebody else is shown cut short."""
    cut = len(link.url) - 8
    body: Json = {
        "invite_link": link.url if link.creator == viewer else f"{link.url[:cut]}...",
        "creator": user_payload(world.accounts[link.creator]),
        "creates_join_request": link.creates_join_request,
        "is_primary": link.is_primary,
        "is_revoked": link.is_revoked,
    }
    for name in ("name", "expire_date", "member_limit"):
        if getattr(link, name):
            body[name] = getattr(link, name)
    room = world.rooms[link.chat]
    pending = sum(1 for each in room.requests.values() if each.link == link.url)
    return body | ({"pending_join_request_count": pending} if pending else {})


def message_payload(world: World, message: Message, bot: int, *, with_reply: bool = True) -> Json:
    """Message as one bot sees it."""
    body: Json = {"message_id": message.id, "date": message.date}
    body |= _sender(world, message)
    body["chat"] = chat_payload(world, message.chat)
    body |= _content(world, message, bot)
    body |= _extras(message)
    target = message.chat.messages.get(message.reply_to)
    if with_reply and target:
        body["reply_to_message"] = message_payload(world, target, bot, with_reply=False)
    return body


def _sender(world: World, message: Message) -> Json:
    chat = message.chat
    if chat.kind == "channel":
        return {"sender_chat": chat_payload(world, chat)}
    if message.automatic:
        place = world.rooms[message.sender_chat]
        return {"from": SERVICE_USER, "sender_chat": chat_payload(world, place)} | {
            "is_automatic_forward": True
        }
    if message.sender_chat:
        origin = world.rooms[message.sender_chat]
        shown = ANONYMOUS if origin.id == chat.id else CHANNEL_USER
        return {"from": shown, "sender_chat": chat_payload(world, origin)}
    body: Json = {"from": user_payload(world.accounts[message.sender])}
    member = chat.member(message.sender)
    tag = member.title if member.is_admin else member.tag
    return body | ({"sender_tag": tag} if tag and not chat.bot else {})


def _content(world: World, message: Message, bot: int) -> Json:
    if message.service:
        return _service(world, message, bot)
    entities = [_entity(world, each) for each in message.entities]
    body: Json = {}
    if message.media is None:
        body["text"] = message.text
        body |= {"entities": entities} if entities else {}
        return body | ({"link_preview_options": message.preview} if message.preview else {})
    body |= media_payload(world, message.media, bot)
    body |= {"caption": message.text} if message.text else {}
    body |= {"caption_entities": entities} if entities else {}
    body |= {"has_media_spoiler": True} if message.spoiler else {}
    body |= {"show_caption_above_media": True} if message.caption_above else {}
    return body | ({"media_group_id": message.album} if message.album else {})


def _entity(world: World, entity: Json) -> Json:
    if entity["type"] != "text_mention":
        return entity
    person = world.accounts.get(int(entity["user"]["id"]))
    return entity | {"user": user_payload(person)} if person else entity


def _service(world: World, message: Message, bot: int) -> Json:
    body: Json = dict(message.service or {})
    if "new_chat_members" in body:
        joined = [user_payload(world.accounts[each]) for each in body["new_chat_members"]]
        body["new_chat_members"] = joined
    if "left_chat_member" in body:
        body["left_chat_member"] = user_payload(world.accounts[body["left_chat_member"]])
    if "pinned_message" in body:
        target = message.chat.messages.get(body["pinned_message"])
        body["pinned_message"] = (
            message_payload(world, target, bot, with_reply=False)
            if target
            else inaccessible_payload(world, message.chat, body["pinned_message"])
        )
    return body


def inaccessible_payload(world: World, chat: Chat, number: int) -> Json:
    """InaccessibleMessage: a message that is gone."""
    return {"chat": chat_payload(world, chat), "message_id": number, "date": 0}


def _extras(message: Message) -> Json:
    body: Json = {}
    body |= {"edit_date": message.edit_date} if message.edit_date else {}
    if message.topic:
        body |= {"message_thread_id": message.topic, "is_topic_message": True}
    body |= {"has_protected_content": True} if message.protected else {}
    body |= {"forward_origin": message.origin} if message.origin else {}
    body |= {"quote": message.quote} if message.quote else {}
    body |= {"author_signature": message.signature} if message.signature else {}
    return body | ({"reply_markup": message.buttons} if message.buttons else {})


def origin_payload(world: World, source: Message) -> Json:
    """MessageOrigin of a message that is forwarded for the first time."""
    body: Json = {"date": source.date}
    chat = source.chat
    if chat.kind == "channel":
        place = {"chat": chat_payload(world, chat), "message_id": source.id}
        return body | {"type": "channel"} | place
    if source.sender_chat:
        group = world.rooms[source.sender_chat]
        return body | {"type": "chat", "sender_chat": chat_payload(world, group)}
    sender = user_payload(world.accounts[source.sender])
    return body | {"type": "user", "sender_user": sender}


def file_payload(world: World, file: StoredFile, bot: int) -> Json:
    """What all kinds of files share."""
    return {
        "file_id": world.file_id(file, bot),
        "file_unique_id": f"AQAD{file.key}",
        "file_size": len(file.data),
    }


def media_payload(world: World, file: StoredFile, bot: int) -> Json:
    """The field of Message that carries a file: photo, audio, voice, document, ..."""
    details: dict[str, Any] = dict(file.details)
    body = file_payload(world, file, bot)
    if file.kind == "photo":
        size = {"width": details["width"], "height": details["height"]}
        return {"photo": [body | size]}
    if file.kind == "voice":
        return {"voice": body | {"duration": details["duration"], "mime_type": file.mime}}
    body |= {"file_name": file.name, "mime_type": file.mime}
    return {file.kind: body | details}
