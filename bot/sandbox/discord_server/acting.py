"""From what a person types and picks to the data of an interaction, as Discord's client builds it.

Raises `Cannot` where the client itself would not let the person go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.discord_server import kinds
from bot.sandbox.discord_server.compose import Draft, Upload, keep_file
from bot.sandbox.discord_server.message_payloads import attachment_json
from bot.sandbox.discord_server.payloads import channel_json, member_json, role_json, user_json
from bot.sandbox.discord_server.permissions import channel_permissions
from bot.sandbox.discord_server.state import Channel, Guild, Message, State
from bot.sandbox.discord_server.validate_components import walk

Json = dict[str, Any]

_PICKED = {
    kinds.USER_SELECT: kinds.OPT_USER,
    kinds.ROLE_SELECT: kinds.OPT_ROLE,
    kinds.MENTIONABLE_SELECT: kinds.OPT_MENTIONABLE,
    kinds.CHANNEL_SELECT: kinds.OPT_CHANNEL,
}


class Cannot(Exception):
    """The person's client would not do that; the sentence says why."""


@dataclass(slots=True)
class Resolved:
    """The people, roles, channels and files that an interaction names, collected on the way."""

    state: State
    guild: Guild
    channel: Channel
    found: dict[str, Json] = field(default_factory=dict)

    def pick(self, kind: int, value: object) -> str:
        """Take what was picked (an id, or a name) into the collection; gives its id."""
        if kind == kinds.OPT_FILE:
            return self._file(value)
        shelves = {
            kinds.OPT_USER: ["user"],
            kinds.OPT_CHANNEL: ["channel"],
            kinds.OPT_ROLE: ["role"],
        }
        for shelf in shelves.get(kind, ["user", "role"]):
            number = self._number(shelf, value)
            if number is not None:
                self._add(shelf, number)
                return str(number)
        raise Cannot(f"There is nothing called {value!r} to pick here.")

    def _number(self, shelf: str, value: object) -> int | None:
        text = str(value).lstrip("@#")
        number = int(text) if text.isdigit() else None
        named: dict[int, set[str]] = {
            "user": {u: self._names_of(u) for u in self.guild.members},
            "role": {r.id: {r.name} for r in self.guild.roles.values()},
            "channel": {c.id: {c.name} for c in self.guild.channels.values()},
        }[shelf]
        return next((i for i, names in named.items() if i == number or text in names), None)

    def _names_of(self, user_id: int) -> set[str]:
        user = self.state.users[user_id]
        return {user.username, user.name}

    def _add(self, shelf: str, number: int) -> None:
        key = str(number)
        if shelf == "role":
            self._put("roles", key, role_json(self.guild.roles[number]))
        elif shelf == "channel":
            shown = channel_json(self.state, self.guild.channels[number])
            self._put("channels", key, shown | {"permissions": "0"})
        else:
            member = self.guild.members[number]
            rights = str(channel_permissions(self.guild, member, self.channel))
            self._put("users", key, user_json(self.state.users[number]))
            shown = member_json(self.state, member, with_user=False)
            self._put("members", key, shown | {"permissions": rights})

    def _file(self, value: object) -> str:
        if not isinstance(value, tuple):
            raise Cannot("A file is wanted here.")
        upload = Upload(0, str(value[0]), bytes(value[1]))
        message = Message(0, self.channel.id, 0, "", self.state.clock())
        stored = keep_file(self.state, message, upload, {})
        self._put("attachments", str(stored.id), attachment_json(self.state, stored, message))
        return str(stored.id)

    def _put(self, shelf: str, key: str, body: Json) -> None:
        self.found.setdefault(shelf, {})[key] = body

    def into(self, data: Json) -> Json:
        return data | {"resolved": self.found} if self.found else data


def option_data(leaf: Json, given: Mapping[str, object], resolved: Resolved) -> list[Json]:
    """The options of a command as typed: known, complete, and of their types."""
    known = {o["name"]: o for o in leaf.get("options", [])}
    extra = given.keys() - known.keys()
    if extra:
        raise Cannot(f"This command has no option {', '.join(sorted(extra))}.")
    missing = [n for n, o in known.items() if o.get("required") and given.get(n) in (None, "")]
    if missing:
        raise Cannot(f"This option is required: {', '.join(missing)}.")
    return [
        {"name": name, "type": option["type"], "value": _value(option, given[name], resolved)}
        for name, option in known.items()
        if given.get(name) not in (None, "")
    ]


def _value(option: Json, value: object, resolved: Resolved) -> object:
    kind = option["type"]
    if kind in (*_PICKED.values(), kinds.OPT_FILE):
        return resolved.pick(kind, value)
    typed = _typed(kind, value)
    choices = option.get("choices", [])
    if choices:
        chosen = next((c for c in choices if typed in (c["value"], c["name"])), None)
        if chosen is None:
            raise Cannot(f"{value!r} is not one of the choices of {option['name']}.")
        return chosen["value"]
    _within(option, typed)
    return typed


def _typed(kind: int, value: object) -> object:
    try:
        if kind == kinds.OPT_INTEGER:
            return int(str(value))
        if kind == kinds.OPT_NUMBER:
            return float(str(value))
    except ValueError as error:
        raise Cannot(f"{value!r} is not a number.") from error
    if kind == kinds.OPT_YESNO:
        return value if isinstance(value, bool) else str(value).lower() in ("true", "yes", "1")
    return str(value)


def _within(option: Json, typed: object) -> None:
    text = isinstance(typed, str)
    size = len(typed) if isinstance(typed, str) else typed
    low = option.get("min_length" if text else "min_value")
    high = option.get("max_length" if text else "max_value")
    if isinstance(size, int | float) and not isinstance(size, bool):
        if low is not None and size < low:
            raise Cannot(f"{option['name']} must be at least {low}.")
        if high is not None and size > high:
            raise Cannot(f"{option['name']} must be at most {high}.")


def nested(words: list[str], command: Json, options: list[Json]) -> list[Json]:
    """Options inside their sub-command (type 1) and group (type 2)."""
    if not words:
        return options
    inner = next(o for o in command["options"] if o["name"] == words[0])
    deeper = nested(words[1:], inner, options)
    return [{"name": words[0], "type": inner["type"], "options": deeper}]


def find_button(message: Message, wanted: str) -> Json:
    """The button with this custom id or label."""
    buttons = [c for c in walk(message.components) if c["type"] == kinds.BUTTON]
    for button in buttons:
        if wanted in (button.get("custom_id"), button.get("label")):
            if button.get("disabled"):
                raise Cannot(f"The button {wanted!r} is switched off.")
            return button
    there = ", ".join(str(b.get("label")) for b in buttons) or "none"
    raise Cannot(f"There is no button {wanted!r} on this message; there are: {there}.")


def find_select(message: Message, custom_id: str | None) -> Json:
    """The select menu with this custom id, or the only one."""
    menus = [c for c in walk(message.components) if c["type"] in kinds.SELECTS]
    fitting = [m for m in menus if custom_id in (None, m["custom_id"])]
    if len(fitting) != 1:
        raise Cannot(f"There are {len(fitting)} menus like that on this message.")
    if fitting[0].get("disabled"):
        raise Cannot("This menu is switched off.")
    return fitting[0]


def picked(menu: Json, values: list[str], resolved: Resolved) -> list[str]:
    """The values of a menu, given by value, label, id or name."""
    low, high = menu.get("min_values", 1), menu.get("max_values", 1)
    if not low <= len(values) <= high:
        raise Cannot(f"Pick {low} to {high} here.")
    if menu["type"] != kinds.TEXT_SELECT:
        return [resolved.pick(_PICKED[menu["type"]], v) for v in values]
    options = {o["label"]: o["value"] for o in menu["options"]}
    options |= {o["value"]: o["value"] for o in menu["options"]}
    if not set(values) <= options.keys():
        raise Cannot(f"The menu offers {', '.join(o['label'] for o in menu['options'])}.")
    return [options[v] for v in values]


def as_files(files: list[tuple[str, bytes]]) -> tuple[Upload, ...]:
    return tuple(Upload(i, name, data) for i, (name, data) in enumerate(files))


def draft_of(text: str, files: list[tuple[str, bytes]]) -> Draft:
    """What a person writes."""
    return Draft({"content": text}, as_files(files))
