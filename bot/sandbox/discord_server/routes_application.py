"""The bot itself, the gateway's address, other users, and its commands."""

from typing import Any

from bot.sandbox.discord_server.call import NOTHING, Answer, Call, Route
from bot.sandbox.discord_server.errors import ApiError, invalid_form, missing_access, unknown
from bot.sandbox.discord_server.payloads import (
    app_json,
    guild_json,
    me_json,
    person_json,
    user_json,
)
from bot.sandbox.discord_server.permissions import base_permissions
from bot.sandbox.discord_server.validate_commands import command_problems, list_problems

Json = dict[str, Any]

_KEPT = (
    "name",
    "description",
    "name_localizations",
    "description_localizations",
    "options",
    "default_member_permissions",
    "nsfw",
    "contexts",
    "integration_types",
    "dm_permission",
)


def get_me(call: Call) -> Answer:
    if call.bearer is not None:
        return Answer(person_json(call.state.users[call.bearer.user_id]))
    return Answer(me_json(call.state.users[call.app.id]))


def edit_me(call: Call) -> Answer:
    user = call.state.users[call.app.id]
    user.username = call.body.get("username") or user.username
    return get_me(call)


def get_user(call: Call) -> Answer:
    user = call.state.users.get(call.number("user_id"))
    if user is None:
        raise unknown("user")
    return Answer(user_json(user))


def get_application(call: Call) -> Answer:
    return Answer(app_json(call.state, call.app))


def gateway(call: Call) -> Answer:
    return Answer({"url": _gateway_url(call)})


def gateway_bot(call: Call) -> Answer:
    start = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
    return Answer({"url": _gateway_url(call), "shards": 1, "session_start_limit": start})


def _gateway_url(call: Call) -> str:
    return call.state.base_url.replace("http", "ws", 1) + "/gateway"


def my_guilds(call: Call) -> Answer:
    guilds = [g for g in call.state.guilds.values() if call.app.id in g.members]
    shared = ("id", "name", "icon", "banner", "features")
    after = int(call.query.get("after", "0"))
    body = [
        {key: guild_json(g)[key] for key in shared}
        | {"owner": False, "permissions": str(base_permissions(g, call.me(g)))}
        for g in guilds
        if g.id > after
    ]
    return Answer(body[: call.limit(200, 200)])


def leave_guild(call: Call) -> Answer:
    call.core.world.remove(call.guild(), call.app.id)
    return NOTHING


def _shelf(call: Call) -> dict[int, Json]:
    """The commands that the path means: global, or those of one guild."""
    if call.number("application_id") != call.app.id:
        raise ApiError(403, 20012, "You are not authorized to perform this action")
    if "guild_id" not in call.params:
        return call.app.commands
    guild = call.state.guilds.get(call.number("guild_id"))
    if guild is None or call.app.id not in guild.members:
        raise missing_access()
    return guild.commands.setdefault(call.app.id, {})


def _command(call: Call, body: Json, known: int | None) -> Json:
    """The command as Discord gives it back; it keeps its id when it keeps its name."""
    command: Json = {
        "id": str(known or call.state.new_id()),
        "application_id": str(call.app.id),
        "version": str(call.state.new_id()),
        "type": body.get("type", 1),
        "default_member_permissions": None,
        "nsfw": False,
        "description": "",
        "integration_types": [0],
        "contexts": None,
    }
    if "guild_id" in call.params:
        command["guild_id"] = call.params["guild_id"]
    given = {key: body[key] for key in _KEPT if body.get(key) is not None}
    whole = command | given
    whole["options"] = [_option(o) for o in whole.get("options", [])]
    if "default_member_permissions" in given:
        whole["default_member_permissions"] = str(given["default_member_permissions"])
    return whole


def _option(option: Json) -> Json:
    """An option without the empty fields that Discord does not give back."""
    whole = {key: value for key, value in option.items() if value not in (None, [], {})}
    if option.get("options"):
        whole["options"] = [_option(o) for o in option["options"]]
    return whole


def _known(shelf: dict[int, Json], body: Json) -> int | None:
    key = body.get("type", 1), body.get("name")
    return next((i for i, c in shelf.items() if (c["type"], c["name"]) == key), None)


def list_commands(call: Call) -> Answer:
    return Answer(list(_shelf(call).values()))


def put_commands(call: Call) -> Answer:
    """Replace the whole list."""
    shelf = _shelf(call)
    problems = list_problems(call.body)
    if problems:
        raise invalid_form(problems)
    fresh = [_command(call, body, _known(shelf, body)) for body in call.body]
    shelf.clear()
    shelf.update({int(command["id"]): command for command in fresh})
    call.state.changed()
    return Answer(fresh)


def create_command(call: Call) -> Answer:
    shelf = _shelf(call)
    problems = command_problems(call.body)
    if problems:
        raise invalid_form(problems)
    known = _known(shelf, call.body)
    command = _command(call, call.body, known)
    shelf[int(command["id"])] = command
    call.state.changed()
    return Answer(command, 200 if known else 201)


def _one(call: Call) -> tuple[dict[int, Json], Json]:
    shelf = _shelf(call)
    command = shelf.get(call.number("command_id"))
    if command is None:
        raise unknown("application command")
    return shelf, command


def get_command(call: Call) -> Answer:
    return Answer(_one(call)[1])


def edit_command(call: Call) -> Answer:
    shelf, command = _one(call)
    body = command | call.body
    problems = command_problems(body)
    if problems:
        raise invalid_form(problems)
    shelf[int(command["id"])] = _command(call, body, int(command["id"]))
    call.state.changed()
    return Answer(shelf[int(command["id"])])


def delete_command(call: Call) -> Answer:
    shelf, command = _one(call)
    del shelf[int(command["id"])]
    call.state.changed()
    return NOTHING


_GLOBAL = "/applications/{application_id}/commands"
_LOCAL = "/applications/{application_id}/guilds/{guild_id}/commands"
ROUTES = [
    Route("GET", "/users/@me", get_me, scope="identify"),
    Route("PATCH", "/users/@me", edit_me),
    Route("GET", "/users/@me/guilds", my_guilds),
    Route("DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    Route("GET", "/users/{user_id}", get_user),
    Route("GET", "/oauth2/applications/@me", get_application),
    Route("GET", "/applications/@me", get_application),
    Route("GET", "/gateway", gateway),
    Route("GET", "/gateway/bot", gateway_bot),
    *(
        route
        for base in (_GLOBAL, _LOCAL)
        for route in (
            Route("GET", base, list_commands),
            Route("PUT", base, put_commands),
            Route("POST", base, create_command),
            Route("GET", base + "/{command_id}", get_command),
            Route("PATCH", base + "/{command_id}", edit_command),
            Route("DELETE", base + "/{command_id}", delete_command),
        )
    ),
]
