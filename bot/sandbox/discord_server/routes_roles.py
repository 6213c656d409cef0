"""Roles: the list, their making and order, and who carries them."""

from typing import Any

from bot.sandbox.discord_server.call import NOTHING, Answer, Call, Route
from bot.sandbox.discord_server.errors import (
    ApiError,
    invalid_form,
    missing_permissions,
    unknown,
)
from bot.sandbox.discord_server.payloads import role_json
from bot.sandbox.discord_server.permissions import (
    MANAGE_ROLES,
    base_permissions,
    may_manage,
    rank,
    top_rank,
)
from bot.sandbox.discord_server.state import Guild, Role
from bot.sandbox.discord_server.validate import Problems

Json = dict[str, Any]

MAX_ROLES = 250
_FIELDS = ("name", "color", "hoist", "mentionable")


def list_roles(call: Call) -> Answer:
    roles = sorted(call.guild().roles.values(), key=rank)
    return Answer([role_json(role) for role in roles])


def get_role(call: Call) -> Answer:
    return Answer(role_json(call.role(call.guild())))


def give_role(call: Call) -> Answer:
    guild = call.guild_with(MANAGE_ROLES)
    member, role = call.member(guild), call.role(guild)
    _require_manage(call, guild, role)
    call.core.world.give(guild, member, role, by=call.app.id, why=call.reason)
    return NOTHING


def take_role(call: Call) -> Answer:
    guild = call.guild_with(MANAGE_ROLES)
    member, role = call.member(guild), call.role(guild)
    _require_manage(call, guild, role)
    call.core.world.take(guild, member, role, by=call.app.id, why=call.reason)
    return NOTHING


def _require_manage(call: Call, guild: Guild, role: Role) -> None:
    if not may_manage(guild, call.me(guild), role):
        raise missing_permissions()


def create_role(call: Call) -> Answer:
    """A new role stands at the bottom, just above @everyone."""
    guild = call.guild_with(MANAGE_ROLES)
    if len(guild.roles) >= MAX_ROLES:
        raise ApiError(400, 30005, f"Maximum number of guild roles reached ({MAX_ROLES})")
    _check(call)
    role = Role(call.state.new_id(), guild.id, "new role", position=1)
    role.permissions = guild.roles[guild.id].permissions
    _fill(call, guild, role)
    call.core.world.add_role(guild, role)
    call.core.world.audit(guild, 30, by=call.app.id, target=role.id, reason=call.reason)
    return Answer(role_json(role))


def edit_role(call: Call) -> Answer:
    guild = call.guild_with(MANAGE_ROLES)
    role = call.role(guild)
    if role.id != guild.id and rank(role) >= top_rank(guild, call.me(guild)):
        raise missing_permissions()
    _check(call)
    _fill(call, guild, role)
    call.core.world.role_event("GUILD_ROLE_UPDATE", guild, role)
    call.core.world.audit(guild, 31, by=call.app.id, target=role.id, reason=call.reason)
    return Answer(role_json(role))


def _check(call: Call) -> None:
    problems = Problems()
    problems.text("name", call.body.get("name"), 100)
    problems.number("color", call.body.get("color"), 0, 0xFFFFFF)
    if problems.found:
        raise invalid_form(problems.found)


def _fill(call: Call, guild: Guild, role: Role) -> None:
    """Set what the body names; a bot can grant no right that it lacks."""
    for field in _FIELDS:
        if call.body.get(field) is not None:
            setattr(role, field, call.body[field])
    colors = call.body.get("colors") or {}
    role.color = colors.get("primary_color", role.color)
    if call.body.get("permissions") is not None:
        wanted = int(call.body["permissions"])
        if (wanted ^ role.permissions) & ~base_permissions(guild, call.me(guild)):
            raise missing_permissions()
        role.permissions = wanted


def delete_role(call: Call) -> Answer:
    guild = call.guild_with(MANAGE_ROLES)
    role = call.role(guild)
    _require_manage(call, guild, role)
    call.core.world.delete_role(guild, role)
    call.core.world.audit(guild, 32, by=call.app.id, target=role.id, reason=call.reason)
    return NOTHING


def order_roles(call: Call) -> Answer:
    """New positions; nothing at or above the bot's own top role may be moved, or moved there."""
    guild = call.guild_with(MANAGE_ROLES)
    top = top_rank(guild, call.me(guild))
    moves = {int(m["id"]): m.get("position") for m in call.body}
    if moves.keys() - guild.roles.keys():
        raise unknown("role")
    for role_id, position in moves.items():
        role = guild.roles[role_id]
        if position is None or position == role.position:
            continue
        if rank(role) >= top or (position, 0) >= top:
            raise missing_permissions()
        role.position = position
        call.core.world.role_event("GUILD_ROLE_UPDATE", guild, role)
    return list_roles(call)


_ROLES = "/guilds/{guild_id}/roles"
_CARRIED = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
ROUTES = [
    Route("PUT", _CARRIED, give_role),
    Route("DELETE", _CARRIED, take_role),
    Route("GET", _ROLES, list_roles),
    Route("POST", _ROLES, create_role),
    Route("PATCH", _ROLES, order_roles),
    Route("GET", _ROLES + "/{role_id}", get_role),
    Route("PATCH", _ROLES + "/{role_id}", edit_role),
    Route("DELETE", _ROLES + "/{role_id}", delete_role),
]
