"""What is on offer to one person: slash commands, and the form that a bot opened."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.discord_server import kinds
from bot.sandbox.discord_server.permissions import base_permissions
from bot.sandbox.discord_server.state import App, Guild, OpenForm, State

Json = dict[str, Any]


def commands_of(
    state: State, guild: Guild, user_id: int, *, private: bool = False
) -> list[tuple[App, Json]]:
    """The slash commands that this person may use, here or in the private chat."""
    member = guild.members.get(user_id)
    rights = base_permissions(guild, member) if member else 0
    found = []
    for app in (state.apps[u] for u in guild.members if u in state.apps):
        own = {} if private else guild.commands.get(app.id, {})
        for command in [*app.commands.values(), *own.values()]:
            fits = _fits(command, private=private)
            needed = int(command["default_member_permissions"] or 0)
            if command["type"] == 1 and fits and (rights & needed) == needed:
                found.append((app, command))
    return found


def _fits(command: Json, *, private: bool) -> bool:
    """Whether a command is for this kind of place: a server (0) or the private chat (1)."""
    places = command["contexts"]
    if places is None:
        return not private or command.get("dm_permission") is not False
    return (1 if private else 0) in places


def leaves(command: Json) -> Iterator[tuple[str, Json]]:
    """A command's usable forms: itself, or its sub-commands with their words joined."""
    inner = [o for o in command.get("options", []) if o["type"] in (1, 2)]
    if not inner:
        yield command["name"], command
    for option in inner:
        for name, leaf in leaves(option | {"options": option.get("options", [])}):
            yield f"{command['name']} {name}", leaf


def command_views(state: State, guild: Guild, user_id: int) -> list[Json]:
    """The commands by name, with their words in the person's language where the bot has them."""
    locale = state.users[user_id].locale
    return [
        {
            "id": command["id"],
            "name": name,
            "label": label_of(command, name, locale),
            "description": _said(leaf, "description", locale),
            "options": [_option_view(o, locale) for o in leaf.get("options", [])],
        }
        for _, command in commands_of(state, guild, user_id)
        for name, leaf in leaves(command)
    ]


def _said(item: Json, key: str, locale: str) -> str:
    translated = (item.get(f"{key}_localizations") or {}).get(locale)
    return str(translated or item[key])


def label_of(command: Json, name: str, locale: str) -> str:
    """The words of a command, each in the person's language."""
    item, words = command, [_said(command, "name", locale)]
    for word in name.split()[1:]:
        item = next(o for o in item["options"] if o["name"] == word)
        words.append(_said(item, "name", locale))
    return " ".join(words)


def _option_view(option: Json, locale: str) -> Json:
    kind = "length" if option["type"] == kinds.OPT_TEXT else "value"
    return {
        "name": option["name"],
        "label": _said(option, "name", locale),
        "description": _said(option, "description", locale),
        "required": option.get("required", False),
        "type": option["type"],
        "choices": [
            {"name": _said(c, "name", locale), "value": c["value"]}
            for c in option.get("choices", [])
        ],
        "autocomplete": option.get("autocomplete", False),
        "min": option.get(f"min_{kind}"),
        "max": option.get(f"max_{kind}"),
    }


def form_view(form: OpenForm | None) -> Json | None:
    if form is None:
        return None
    return {
        "title": form.data["title"],
        "custom_id": form.data["custom_id"],
        "from": str(form.message_id) if form.message_id else None,
        "error": form.error,
        "fields": [field for _, field in form_fields(form.data)],
    }


_KINDS = {
    kinds.TEXT_INPUT: "text",
    kinds.TEXT_SELECT: "select",
    kinds.USER_SELECT: "users",
    kinds.ROLE_SELECT: "roles",
    kinds.MENTIONABLE_SELECT: "mentionables",
    kinds.CHANNEL_SELECT: "channels",
    kinds.FILE_UPLOAD: "file",
}


def form_fields(data: Json) -> Iterator[tuple[Json, Json]]:
    """The fields of a form: the component as the bot sent it, and as the client shows it."""
    for row in data["components"]:
        inner = row.get("component") or (row.get("components") or [row])[0]
        yield (
            inner,
            {
                "custom_id": inner.get("custom_id", ""),
                "label": row.get("label") or inner.get("label") or "",
                "description": row.get("description") or "",
                "kind": _KINDS.get(inner["type"], "show"),
                "style": inner.get("style", 1),
                "placeholder": inner.get("placeholder") or "",
                "required": inner.get("required", True) and inner["type"] != kinds.TEXT_DISPLAY,
                "value": inner.get("value") or inner.get("content") or "",
                "min_length": inner.get("min_length") or 0,
                "max_length": inner.get("max_length") or 4000,
                "min_values": inner.get("min_values", 1),
                "max_values": inner.get("max_values", 1),
                "options": inner.get("options", []),
            },
        )
