"""Invite links and join requests."""

from bot.sandbox.telegram_server.calls import Call
from bot.sandbox.telegram_server.errors import bad
from bot.sandbox.telegram_server.joining import new_link, settle_request
from bot.sandbox.telegram_server.keyboards import check_page
from bot.sandbox.telegram_server.payloads import link_payload
from bot.sandbox.telegram_server.pressing import signed_page
from bot.sandbox.telegram_server.state import Chat, Json, Link

NAME_LIMIT = 32
MOST_MEMBERS = 99999
MANAGE = "to manage chat invite link"
REQUESTS = "to manage chat join requests"


def create_link(call: Call) -> Json:
    """An additional link with its limits."""
    chat = _managed(call)
    settings = _settings(call)
    link = new_link(call.world, chat, call.bot)
    _apply(link, settings)
    return link_payload(call.world, link, call.bot)


def edit_link(call: Call) -> Json:
    """Other limits; those not given are lifted."""
    chat = _managed(call)
    link = _own(call, chat)
    if link.is_primary:
        raise bad("INVITE_HASH_INVALID")
    if link.is_revoked:
        raise bad("INVITE_HASH_EXPIRED")
    _apply(link, _settings(call))
    return link_payload(call.world, link, call.bot)


def revoke_link(call: Call) -> Json:
    """End a link; a revoked primary link is replaced by a new one."""
    chat = _managed(call)
    link = _own(call, chat)
    link.is_revoked = True
    if link.is_primary:
        _primary(call, chat)
    call.world.changed()
    return link_payload(call.world, link, call.bot)


def export_link(call: Call) -> str:
    """A new primary link of this bot; its former one is revoked."""
    chat = _managed(call)
    for link in chat.links.values():
        if link.is_primary and link.creator == call.bot:
            link.is_revoked = True
    return _primary(call, chat).url


def _primary(call: Call, chat: Chat) -> Link:
    link = new_link(call.world, chat, call.bot)
    link.is_primary = True
    return link


def _managed(call: Call) -> Chat:
    chat = call.room()
    call.require(chat, "can_invite_users", MANAGE)
    return chat


def _own(call: Call, chat: Chat) -> Link:
    link = chat.links.get(call.params.text("invite_link"))
    if link is None:
        raise bad("INVITE_HASH_EXPIRED")
    if link.creator != call.bot:
        raise bad("CHAT_ADMIN_REQUIRED")
    return link


def _settings(call: Call) -> Json:
    name = call.params.text("name")
    limit = call.params.number("member_limit")
    by_request = call.params.flag("creates_join_request")
    if len(name) > NAME_LIMIT:
        raise bad("invite link name is too long")
    if by_request and limit:
        raise bad("member limit can't be specified for links requiring administrator approval")
    if not 0 <= limit <= MOST_MEMBERS:
        raise bad("USAGE_LIMIT_INVALID")
    expires = call.params.number("expire_date")
    if expires and expires <= call.world.now():
        raise bad("EXPIRE_DATE_INVALID")
    return {
        "name": name,
        "member_limit": limit,
        "creates_join_request": by_request,
        "expire_date": expires,
    }


def _apply(link: Link, settings: Json) -> None:
    link.name = settings["name"]
    link.member_limit = settings["member_limit"]
    link.creates_join_request = settings["creates_join_request"]
    link.expire_date = settings["expire_date"]


def approve(call: Call) -> bool:
    """Let in a person who asked."""
    return _settle(call, approve=True)


def decline(call: Call) -> bool:
    """Turn down a person who asked."""
    return _settle(call, approve=False)


def _settle(call: Call, *, approve: bool) -> bool:
    chat = call.room()
    call.require(chat, "can_invite_users", REQUESTS)
    user = call.user()
    if call.world.member(chat, user).is_inside:
        raise bad("USER_ALREADY_PARTICIPANT")
    if not settle_request(call.world, chat, user, approve=approve):
        raise bad("HIDE_REQUESTER_MISSING")
    return True


def show_page(call: Call) -> bool:
    """Show a Mini App to the person before deciding (Bot API: sendChatJoinRequestWebApp)."""
    chat, user, _ = _query(call)
    url = call.params.text("web_app_url")
    check_page(url, "join request")
    chat.requests[user].answer_by = float("inf")
    call.world.opened_page[user] = {
        "title": call.world.accounts[call.bot].first_name,
        "url": signed_page(call.world, call.bot, user, url=url),
    }
    call.world.changed()
    return True


def answer_query(call: Call) -> bool:
    """approve, decline or queue (Bot API: answerChatJoinRequestQuery)."""
    chat, user, query = _query(call)
    result = call.params.text("result")
    if result not in ("approve", "decline", "queue"):
        raise bad("invalid result specified")
    del call.world.queries[query]
    if result != "queue":
        settle_request(call.world, chat, user, approve=result == "approve")
    return True


def _query(call: Call) -> tuple[Chat, int, str]:
    query = call.params.text("chat_join_request_query_id")
    chat, request, bot = call.world.queries.get(query, (None, None, 0))
    if chat is None or request is None or bot != call.bot:
        raise bad("QUERY_ID_INVALID")
    if request.answer_by < call.world.now() or chat.requests.get(request.user) is not request:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    return chat, request.user, query


METHODS = {
    "createChatInviteLink": create_link,
    "editChatInviteLink": edit_link,
    "revokeChatInviteLink": revoke_link,
    "exportChatInviteLink": export_link,
    "approveChatJoinRequest": approve,
    "declineChatJoinRequest": decline,
    "sendChatJoinRequestWebApp": show_page,
    "answerChatJoinRequestQuery": answer_query,
}
