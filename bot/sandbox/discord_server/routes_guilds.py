"""Guilds, members, bans and the audit log."""

from typing import Any

from bot.sandbox.discord_server.call import NOTHING, Answer, Call, Route, as_id
from bot.sandbox.discord_server.errors import ApiError, missing_permissions, unknown
from bot.sandbox.discord_server.payloads import (
    audit_json,
    guild_json,
    member_json,
    user_json,
)
from bot.sandbox.discord_server.permissions import (
    BAN_MEMBERS,
    CHANGE_NICKNAME,
    KICK_MEMBERS,
    MANAGE_NICKNAMES,
    MODERATE_MEMBERS,
    VIEW_AUDIT_LOG,
    base_permissions,
    may_manage,
    top_rank,
)
from bot.sandbox.discord_server.state import Guild, Member

Json = dict[str, Any]


def get_guild(call: Call) -> Answer:
    guild = call.guild()
    body = guild_json(guild)
    if call.asked("with_counts"):
        body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return Answer(body)


def get_member(call: Call) -> Answer:
    return Answer(member_json(call.state, call.member(call.guild())))


def list_members(call: Call) -> Answer:
    guild = call.guild()
    if not call.app.privileged & 1 << 1:
        raise ApiError(403, 50001, "Missing Access")
    after = as_id(call.query.get("after", "0"), "after")
    chosen = sorted(u for u in guild.members if u > after)[: call.limit(1, 1000)]
    return Answer([member_json(call.state, guild.members[u]) for u in chosen])


def search_members(call: Call) -> Answer:
    guild = call.guild()
    start = call.query.get("query", "").casefold()
    found = [m for m in guild.members.values() if _called(call, m).casefold().startswith(start)]
    return Answer([member_json(call.state, m) for m in found[: call.limit(1, 1000)]])


def _called(call: Call, member: Member) -> str:
    return member.nick or call.state.users[member.user_id].username


def edit_member(call: Call) -> Answer:
    """Nickname, whole role list, time-out; each with its own right."""
    guild = call.guild()
    member = call.member(guild)
    if "nick" in call.body:
        _rename(call, guild, member)
    if "roles" in call.body:
        _replace_roles(call, guild, member, {int(r) for r in call.body["roles"] or []})
    if "communication_disabled_until" in call.body:
        _require_over(call, guild, member, MODERATE_MEMBERS)
        member.muted_until = call.body["communication_disabled_until"]
    call.core.world.member_changed(guild, member)
    return Answer(member_json(call.state, member))


def edit_me(call: Call) -> Answer:
    guild = call.guild_with(CHANGE_NICKNAME | MANAGE_NICKNAMES)
    member = call.me(guild)
    member.nick = call.body.get("nick") or None
    call.core.world.member_changed(guild, member)
    return Answer(member_json(call.state, member))


def _rename(call: Call, guild: Guild, member: Member) -> None:
    _require_over(call, guild, member, MANAGE_NICKNAMES)
    member.nick = call.body["nick"] or None
    changes = [{"key": "nick", "new_value": member.nick}]
    call.core.world.audit(
        guild, 24, by=call.app.id, target=member.user_id, reason=call.reason, changes=changes
    )


def _replace_roles(call: Call, guild: Guild, member: Member, wanted: set[int]) -> None:
    if wanted - guild.roles.keys():
        raise unknown("role")
    moved = (wanted ^ member.roles) - {guild.id}
    if not all(may_manage(guild, call.me(guild), guild.roles[r]) for r in moved):
        raise missing_permissions()
    for role_id in moved:
        act = call.core.world.give if role_id in wanted else call.core.world.take
        act(guild, member, guild.roles[role_id], by=call.app.id, why=call.reason)


def _require_over(call: Call, guild: Guild, member: Member, right: int) -> None:
    """The right, and a higher place in the role order than the member's."""
    me = call.me(guild)
    if not base_permissions(guild, me) & right:
        raise missing_permissions()
    if member.user_id != me.user_id and top_rank(guild, member) >= top_rank(guild, me):
        raise missing_permissions()


def kick(call: Call) -> Answer:
    guild = call.guild()
    member = call.member(guild)
    _require_over(call, guild, member, KICK_MEMBERS)
    call.core.world.remove(guild, member.user_id)
    call.core.world.audit(guild, 20, by=call.app.id, target=member.user_id, reason=call.reason)
    return NOTHING


def ban(call: Call) -> Answer:
    guild = call.guild_with(BAN_MEMBERS)
    user_id = call.number("user_id")
    if user_id not in call.state.users:
        raise unknown("user")
    if user_id in guild.members:
        _require_over(call, guild, guild.members[user_id], BAN_MEMBERS)
    call.core.world.ban(guild, user_id, call.reason)
    call.core.world.audit(guild, 22, by=call.app.id, target=user_id, reason=call.reason)
    return NOTHING


def unban(call: Call) -> Answer:
    guild = call.guild_with(BAN_MEMBERS)
    user_id = call.number("user_id")
    if user_id not in guild.bans:
        raise unknown("ban")
    call.core.world.unban(guild, user_id)
    call.core.world.audit(guild, 23, by=call.app.id, target=user_id, reason=call.reason)
    return NOTHING


def _ban_json(call: Call, guild: Guild, user_id: int) -> Json:
    return {"user": user_json(call.state.users[user_id]), "reason": guild.bans[user_id]}


def get_ban(call: Call) -> Answer:
    guild = call.guild_with(BAN_MEMBERS)
    user_id = call.number("user_id")
    if user_id not in guild.bans:
        raise unknown("ban")
    return Answer(_ban_json(call, guild, user_id))


def list_bans(call: Call) -> Answer:
    guild = call.guild_with(BAN_MEMBERS)
    chosen = sorted(guild.bans)[: call.limit(1000, 1000)]
    return Answer([_ban_json(call, guild, user_id) for user_id in chosen])


def audit_log(call: Call) -> Answer:
    """Newest first, by the filters of the query."""
    guild = call.guild_with(VIEW_AUDIT_LOG)
    wanted = {key: call.query[key] for key in ("user_id", "action_type") if key in call.query}
    entries = [audit_json(e) for e in reversed(guild.audit)]
    kept = [e for e in entries if all(str(e[k]) == v for k, v in wanted.items())]
    before = int(call.query.get("before", 1 << 63))
    kept = [e for e in kept if int(e["id"]) < before][: call.limit(50, 100)]
    people = {int(e[key]) for e in kept for key in ("user_id", "target_id") if e[key]}
    users = [call.state.users[u] for u in people if u in call.state.users]
    empty: Json = {
        key: []
        for key in (
            "integrations",
            "webhooks",
            "guild_scheduled_events",
            "threads",
            "application_commands",
            "auto_moderation_rules",
        )
    }
    return Answer(empty | {"audit_log_entries": kept, "users": [user_json(u) for u in users]})


_GUILD = "/guilds/{guild_id}"
_MEMBER = _GUILD + "/members/{user_id}"
ROUTES = [
    Route("GET", _GUILD, get_guild),
    Route("GET", _GUILD + "/members", list_members),
    Route("GET", _GUILD + "/members/search", search_members),
    Route("PATCH", _GUILD + "/members/@me", edit_me),
    Route("GET", _MEMBER, get_member),
    Route("PATCH", _MEMBER, edit_member),
    Route("DELETE", _MEMBER, kick),
    Route("GET", _GUILD + "/bans", list_bans),
    Route("GET", _GUILD + "/bans/{user_id}", get_ban),
    Route("PUT", _GUILD + "/bans/{user_id}", ban),
    Route("DELETE", _GUILD + "/bans/{user_id}", unban),
    Route("GET", _GUILD + "/audit-logs", audit_log),
]
