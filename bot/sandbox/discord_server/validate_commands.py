"""What Discord refuses about application commands (Discord: Application Commands). Pure."""

import re
from typing import Any

from bot.sandbox.discord_server import kinds
from bot.sandbox.discord_server.validate import Problem, Problems

Json = dict[str, Any]

CHAT = 1
_MAX_SIZE = 8000  # characters of a command with all that is in it
_DEEPEST = 2  # a group, and a sub-command in it
_NAME = re.compile(r"^[-_'\w]{1,32}$")
_LIMITS = {1: 100, 2: 5, 3: 5}


def list_problems(commands: list[Json]) -> list[Problem]:
    """Problems of a whole list: each command, names used twice, and too many of a type."""
    problems = Problems()
    seen: set[tuple[int, str]] = set()
    for index, command in enumerate(commands):
        _command(problems, f"{index}.", command)
        key = command.get("type", CHAT), str(command.get("name"))
        if key in seen:
            code = "APPLICATION_COMMANDS_DUPLICATE_NAME"
            problems.add(f"{index}.name", code, "Application command names must be unique")
        seen.add(key)
    for kind, most in _LIMITS.items():
        if sum(k == kind for k, _ in seen) > most:
            sentence = f"Maximum number of application commands reached ({most})"
            problems.add("commands", "APPLICATION_COMMAND_TOO_MANY", sentence)
    return problems.found


def command_problems(command: Json) -> list[Problem]:
    problems = Problems()
    _command(problems, "", command)
    return problems.found


def _command(problems: Problems, path: str, command: Json) -> None:
    if command.get("type", CHAT) != CHAT:
        problems.text(f"{path}name", command.get("name"), 32, low=1)
        return
    _words(problems, path, command)
    _options(problems, path, command, depth=0)
    if _size(command) > _MAX_SIZE:
        sentence = "Command exceeds maximum size (8000)"
        problems.add(f"{path}options", "APPLICATION_COMMAND_TOO_LARGE", sentence)


def _words(problems: Problems, path: str, item: Json) -> None:
    """Name and description, and their translations."""
    problems.text(f"{path}description", item.get("description"), 100, low=1)
    for where, name in [("name", item.get("name")), *_translated(item, "name")]:
        if not isinstance(name, str) or not _NAME.match(name) or name != name.lower():
            sentence = "Command name is invalid"
            problems.add(f"{path}{where}", "APPLICATION_COMMAND_INVALID_NAME", sentence)
    for where, text in _translated(item, "description"):
        problems.text(f"{path}{where}", text, 100, low=1)


def _translated(item: Json, key: str) -> list[tuple[str, Any]]:
    texts = item.get(f"{key}_localizations") or {}
    return [(f"{key}_localizations.{locale}", text) for locale, text in texts.items()]


def _options(problems: Problems, path: str, item: Json, *, depth: int) -> None:
    options = problems.count(f"{path}options", item.get("options"), 25)
    optional_seen = False
    for index, option in enumerate(options):
        where = f"{path}options.{index}."
        _words(problems, where, option)
        if option.get("type") in (kinds.SUB_COMMAND, kinds.SUB_GROUP) and depth < _DEEPEST:
            _options(problems, where, option, depth=depth + 1)
            continue
        _choices(problems, where, option)
        if option.get("required") and optional_seen:
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            sentence = "Required options must be placed before non-required options"
            problems.add(f"{where}required", code, sentence)
        optional_seen = optional_seen or not option.get("required")


def _choices(problems: Problems, path: str, option: Json) -> None:
    choices = problems.count(f"{path}choices", option.get("choices"), 25)
    for index, choice in enumerate(choices):
        problems.text(f"{path}choices.{index}.name", choice.get("name"), 100, low=1)
        if isinstance(choice.get("value"), str):
            problems.text(f"{path}choices.{index}.value", choice["value"], 100)
    if choices and option.get("autocomplete"):
        sentence = "Autocomplete cannot be used with choices"
        problems.add(f"{path}autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", sentence)


def _size(item: Json) -> int:
    own = len(str(item.get("name", ""))) + len(str(item.get("description", "")))
    of_choices = sum(len(str(c.get("value", ""))) for c in item.get("choices") or [])
    return own + of_choices + sum(_size(o) for o in item.get("options") or [])
