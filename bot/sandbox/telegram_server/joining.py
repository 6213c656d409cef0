"""People and bots enter and leave chats: links, join requests, bans, rights."""

from dataclasses import dataclass, replace

from bot.sandbox.telegram_server.payloads import (
    chat_payload,
    link_payload,
    member_payload,
    user_payload,
)
from bot.sandbox.telegram_server.posting import service
from bot.sandbox.telegram_server.state import Chat, JoinRequest, Json, Link, Membership
from bot.sandbox.telegram_server.world import World

WRITE_SECONDS = 300.0  # Bot API: ChatJoinRequest.user_chat_id
QUERY_SECONDS = 10.0  # Bot API: ChatJoinRequest.query_id


@dataclass(frozen=True)
class Entry:
    """How somebody came in."""

    link: Link | None
    by_request: bool


def change_member(
    world: World,
    chat: Chat,
    account: int,
    new: Membership,
    *,
    actor: int,
    entry: Entry | None = None,
) -> None:
    """Set a membership, tell the bots concerned, and leave a line in the group."""
    old = world.member(chat, account)
    if old == new:
        return
    chat.members[account] = new
    told = {bot for bot in world.bots_in(chat) if world.member(chat, bot).is_admin}
    told |= {account} & set(world.profiles)
    for bot in sorted(told):
        update = _updated(world, chat, account, old=old, actor=actor)
        update |= _entry_payload(world, entry, bot) if entry else {}
        world.inboxes[bot].put("my_chat_member" if bot == account else "chat_member", update)
    _leave_line(world, chat, account, old=old, actor=actor)
    world.changed()


def _entry_payload(world: World, entry: Entry, bot: int) -> Json:
    body: Json = {"via_join_request": True} if entry.by_request else {}
    return body | ({"invite_link": link_payload(world, entry.link, bot)} if entry.link else {})


def _updated(world: World, chat: Chat, account: int, *, old: Membership, actor: int) -> Json:
    return {
        "chat": chat_payload(world, chat),
        "from": user_payload(world.accounts[actor]),
        "date": int(world.now()),
        "old_chat_member": member_payload(world, chat, account, old),
        "new_chat_member": member_payload(world, chat, account, chat.member(account)),
    }


def _leave_line(world: World, chat: Chat, account: int, *, old: Membership, actor: int) -> None:
    is_inside = chat.member(account).is_inside
    if is_inside and not old.is_inside:
        service(world, chat, actor, {"new_chat_members": [account]})
    elif old.is_inside and not is_inside:
        service(world, chat, actor, {"left_chat_member": account})


def enter(
    world: World, chat: Chat, user: int, link: Link | None, *, by_request: bool = False
) -> None:
    """The person becomes a member, by a link or by an approved request."""
    chat.requests.pop(user, None)
    _end_window(world, chat, user)
    if link:
        link.joined.add(user)
    old = world.member(chat, user)
    new = Membership("member") if old.status != "restricted" else replace(old, inside=True)
    change_member(world, chat, user, new, actor=user, entry=Entry(link, by_request))


def exit_chat(world: World, chat: Chat, user: int) -> None:
    """The person leaves by themselves; restrictions stay."""
    old = world.member(chat, user)
    new = replace(old, inside=False) if old.status == "restricted" else Membership("left")
    change_member(world, chat, user, new, actor=user)


def tap(world: World, user: int, url: str) -> str:
    """A person opens an invite link: "joined", "requested", "member", "removed", "expired",
    "full"."""
    found = find_link(world, url)
    if found is None:
        return "expired"
    chat, link = found
    refusal = _refusal(world, chat, link, user)
    if refusal:
        return refusal
    remember_link(world, user, url)
    if link.creates_join_request:
        request_entry(world, chat, user, link)
        return "requested"
    enter(world, chat, user, link)
    return "joined"


def find_link(world: World, url: str) -> tuple[Chat, Link] | None:
    """The chat and link of an invite address."""
    for room in world.rooms.values():
        if url in room.links:
            return room, room.links[url]
    return None


def remember_link(world: World, user: int, url: str) -> None:
    """The person has seen this link; their app lists the chat."""
    known = world.known_links.setdefault(user, [])
    if url in known:
        known.remove(url)
    known.append(url)


def _refusal(world: World, chat: Chat, link: Link, user: int) -> str:
    member = world.member(chat, user)
    if member.is_inside:
        return "member"
    if member.status == "kicked":
        return "removed"
    if link.is_revoked or (link.expire_date and link.expire_date <= world.now()):
        return "expired"
    if not link.member_limit:
        return ""
    inside = sum(1 for each in link.joined if world.member(chat, each).is_inside)
    return "full" if inside >= link.member_limit else ""


def request_entry(world: World, chat: Chat, user: int, link: Link) -> None:
    """Ask to be let in; a request that is already waiting is not told again."""
    if user in chat.requests:
        return
    request = JoinRequest(user, int(world.now()), link.url)
    chat.requests[user] = request
    for bot in world.bots_in(chat):
        if "can_invite_users" in world.member(chat, bot).rights:
            _tell_request(world, chat, request, bot)
    world.changed()


def _tell_request(world: World, chat: Chat, request: JoinRequest, bot: int) -> None:
    world.talk(bot, request.user).write_until = world.now() + WRITE_SECONDS
    update: Json = {
        "chat": chat_payload(world, chat),
        "from": user_payload(world.accounts[request.user]),
        "user_chat_id": request.user,
        "date": request.date,
        "invite_link": link_payload(world, chat.links[request.link], bot),
    }
    if chat.guard == bot:
        request.query_id = f"{world.number():012d}"
        request.answer_by = world.now() + QUERY_SECONDS
        world.queries[request.query_id] = (chat, request, bot)
        update["query_id"] = request.query_id
    world.inboxes[bot].put("chat_join_request", update)


def settle_request(world: World, chat: Chat, user: int, *, approve: bool) -> bool:
    """Let in or turn down whoever asked; false if nobody of that name is waiting."""
    request = chat.requests.pop(user, None)
    if request is None:
        return False
    _end_window(world, chat, user)
    if approve:
        enter(world, chat, user, chat.links.get(request.link), by_request=True)
    world.changed()
    return True


def _end_window(world: World, chat: Chat, user: int) -> None:
    """The five minutes end when the request is processed."""
    for bot in world.bots_in(chat):
        talk = world.talks.get((bot, user))
        if talk:
            talk.write_until = 0.0


def ban(world: World, chat: Chat, user: int, *, actor: int, until: int) -> None:
    """Remove and keep out until `until` (0: for good); a waiting request is gone too.

    A small group keeps nobody out (Bot API: banChatMember).
    """
    chat.requests.pop(user, None)
    new = Membership("left") if chat.kind == "group" else Membership("kicked", until=until)
    change_member(world, chat, user, new, actor=actor)


def unban(world: World, chat: Chat, user: int, *, actor: int, only_if_banned: bool) -> None:
    """Lift a ban; without `only_if_banned` a member is put out as well."""
    status = world.member(chat, user).status
    if status == "kicked" or (not only_if_banned and status != "left"):
        change_member(world, chat, user, Membership("left"), actor=actor)


def new_link(world: World, chat: Chat, creator: int) -> Link:
    """A fresh invite link of the usual form."""
    token = f"{abs(chat.id) * 7919 + world.number() * 104729:x}"[-16:].rjust(16, "T")
    link = Link(f"https://t.me/+{token}", chat.id, creator)
    chat.links[link.url] = link
    return link
