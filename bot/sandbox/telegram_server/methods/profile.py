"""The bot about itself, and chats as such."""

from bot.sandbox.telegram_server.calls import Call
from bot.sandbox.telegram_server.errors import bad
from bot.sandbox.telegram_server.keyboards import check_page
from bot.sandbox.telegram_server.payloads import full_chat_payload, me_payload
from bot.sandbox.telegram_server.rights import ADMIN_RIGHTS
from bot.sandbox.telegram_server.state import BotProfile, Json

COMMAND_LIMIT = 100
NAME_LIMIT, TEXT_LIMIT = 32, 256  # Bot API: BotCommand


def get_me(call: Call) -> Json:
    """The bot's own account."""
    return me_payload(call.world, call.bot)


def yes(call: Call) -> bool:
    """Methods with nothing to do here: logOut and close."""
    del call
    return True


def _profile(call: Call) -> BotProfile:
    return call.world.profiles[call.bot]


def scope_key(scope: Json | None) -> str:
    """One text per BotCommandScope."""
    scope = scope or {"type": "default"}
    parts = [str(scope.get(name, "")) for name in ("type", "chat_id", "user_id")]
    return ":".join(parts)


def set_commands(call: Call) -> bool:
    """The list shown under the menu, per scope and language."""
    commands = call.params.data("commands")
    if not isinstance(commands, list) or len(commands) > COMMAND_LIMIT:
        raise bad("can't parse commands: expected an Array of at most 100 BotCommand")
    kept = [_command(each) for each in commands]
    _profile(call).commands[_command_key(call)] = kept
    call.world.changed()
    return True


def _command(given: Json) -> Json:
    name = str(given.get("command", "")).lstrip("/")
    text = str(given.get("description", ""))
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789_")
    if not 1 <= len(name) <= NAME_LIMIT or set(name) - allowed:
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(text) <= TEXT_LIMIT:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": text}


def _command_key(call: Call) -> tuple[str, str]:
    return scope_key(call.params.data("scope")), call.params.text("language_code")


def get_commands(call: Call) -> list[Json]:
    """Exactly what was set for this scope and language."""
    return _profile(call).commands.get(_command_key(call), [])


def delete_commands(call: Call) -> bool:
    """Forget what was set for this scope and language."""
    _profile(call).commands.pop(_command_key(call), None)
    call.world.changed()
    return True


def set_words(call: Call) -> bool:
    """Name, description or short description, per language."""
    field, limit = WORDS[call.method.removeprefix("setMy")]
    text = call.params.text(field)
    if len(text) > limit:
        raise bad(f"{field} is too long")
    _store(call, field)[call.params.text("language_code")] = text
    return True


def get_words(call: Call) -> Json:
    """What `set_words` kept; the name falls back to the account's."""
    field, _ = WORDS[call.method.removeprefix("getMy")]
    kept = _store(call, field)
    text = kept.get(call.params.text("language_code")) or kept.get("", "")
    if field == "name":
        text = text or call.world.accounts[call.bot].first_name
    return {field: text}


WORDS = {
    "Name": ("name", 64),
    "Description": ("description", 512),
    "ShortDescription": ("short_description", 120),
}


def _store(call: Call, field: str) -> dict[str, str]:
    profile = _profile(call)
    stores = {
        "name": profile.names,
        "description": profile.descriptions,
        "short_description": profile.short_descriptions,
    }
    return stores[field]


def set_menu_button(call: Call) -> bool:
    """The button beside the input field; chat 0 is the default for all."""
    button = call.params.data("menu_button") or {"type": "default"}
    if button.get("type") not in ("commands", "web_app", "default"):
        raise bad("can't parse menu button: unsupported type")
    if button["type"] == "web_app":
        check_page(str(button.get("web_app", {}).get("url", "")), "menu button")
    _profile(call).menu_buttons[call.params.number("chat_id")] = button
    call.world.changed()
    return True


def get_menu_button(call: Call) -> Json:
    """The button of this chat, or the default."""
    buttons = _profile(call).menu_buttons
    chosen = buttons.get(call.params.number("chat_id")) or buttons.get(0)
    return chosen if chosen and chosen["type"] != "default" else {"type": "commands"}


def set_default_rights(call: Call) -> bool:
    """The rights suggested when the bot is added as administrator."""
    given = call.params.data("rights") or {}
    _profile(call).default_rights[call.params.flag("for_channels")] = given
    return True


def get_default_rights(call: Call) -> Json:
    """What `set_default_rights` kept."""
    kept = _profile(call).default_rights.get(call.params.flag("for_channels"), {})
    names = ADMIN_RIGHTS | {"is_anonymous"}
    return {name: bool(kept.get(name, False)) for name in sorted(names)}


def get_chat(call: Call) -> Json:
    """All about a chat."""
    return full_chat_payload(call.world, call.chat(), call.bot)


METHODS = {
    "getMe": get_me,
    "logOut": yes,
    "close": yes,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setChatMenuButton": set_menu_button,
    "getChatMenuButton": get_menu_button,
    "setMyDefaultAdministratorRights": set_default_rights,
    "getMyDefaultAdministratorRights": get_default_rights,
    "getChat": get_chat,
}
METHODS |= {f"setMy{name}": set_words for name in WORDS}
METHODS |= {f"getMy{name}": get_words for name in WORDS}
