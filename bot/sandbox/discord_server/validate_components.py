"""What Discord refuses about buttons, selects and forms (Discord: Component Reference). Pure."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.sandbox.discord_server import kinds
from bot.sandbox.discord_server.state import COMPONENTS_V2
from bot.sandbox.discord_server.validate import Problem, Problems

Json = dict[str, Any]

_MAX_IN_ALL = 40
_MAX_SHOWN_TEXT = 4000


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, however deep it lies."""
    for component in components:
        yield component
        inner = list(component.get("components") or [])
        inner += [component[k] for k in ("accessory", "component") if component.get(k)]
        yield from walk(inner)


def component_problems(body: Json) -> list[Problem]:
    """Everything that is wrong with the components of a message."""
    problems = Problems()
    components = body.get("components")
    if (body.get("flags") or 0) & COMPONENTS_V2:
        _second_version(problems, body)
    else:
        for index, row in enumerate(problems.count("components", components, 5)):
            if row.get("type") != kinds.ROW:
                sentence = 'Value of field "type" must be one of (1,).'
                problems.add(f"components.{index}.type", "UNION_TYPE_CHOICES", sentence)
            else:
                _row(problems, f"components.{index}", row)
    _unique_ids(problems, components or [])
    return problems.found


def _second_version(problems: Problems, body: Json) -> None:
    """Components V2: no content or embeds beside them, 40 in all, 4,000 characters in all."""
    for key in ("content", "embeds"):
        if body.get(key):
            sentence = "The 'content' and 'embeds' fields cannot be used with IS_COMPONENTS_V2"
            problems.add(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", sentence)
    components = problems.count("components", body.get("components"), _MAX_IN_ALL, low=1)
    every = list(walk(components))
    if len(every) > _MAX_IN_ALL:
        problems.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "Maximum is 40")
    shown = (c.get("content") or "" for c in every if c.get("type") == kinds.TEXT_DISPLAY)
    if sum(map(len, shown)) > _MAX_SHOWN_TEXT:
        sentence = "The total displayable text size exceeds the maximum size of 4000"
        problems.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", sentence)
    for index, component in enumerate(components):
        _layout(problems, f"components.{index}", component)


def _layout(problems: Problems, path: str, component: Json) -> None:
    kind = component.get("type")
    if kind not in kinds.LAYOUTS:
        sentence = f'Value of field "type" must be one of {kinds.LAYOUTS}.'
        problems.add(f"{path}.type", "UNION_TYPE_CHOICES", sentence)
    elif kind == kinds.ROW:
        _row(problems, path, component)
    elif kind == kinds.CONTAINER:
        for index, inner in enumerate(component.get("components") or []):
            _layout(problems, f"{path}.components.{index}", inner)
    elif kind == kinds.SECTION:
        problems.count(f"{path}.components", component.get("components"), 3, low=1)
        accessory = component.get("accessory") or {}
        if accessory.get("type") == kinds.BUTTON:
            _button(problems, f"{path}.accessory", accessory)
    elif kind == kinds.TEXT_DISPLAY:
        problems.text(f"{path}.content", component.get("content"), 4000, low=1)


def _row(problems: Problems, path: str, row: Json) -> None:
    """One to five buttons, or one select."""
    inner = problems.count(f"{path}.components", row.get("components"), 5, low=1)
    if len(inner) > 1 and any(c.get("type") in kinds.SELECTS for c in inner):
        sentence = "The specified component exceeds the maximum width"
        problems.add(f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", sentence)
    for index, component in enumerate(inner):
        check = _CHECKS.get(component.get("type", 0))
        if check is None:
            sentence = 'Value of field "type" must be one of (2, 3, 5, 6, 7, 8).'
            problems.add(f"{path}.components.{index}.type", "UNION_TYPE_CHOICES", sentence)
        else:
            check(problems, f"{path}.components.{index}", component)


def _button(problems: Problems, path: str, button: Json) -> None:
    problems.text(f"{path}.label", button.get("label"), 80)
    problems.number(f"{path}.style", button.get("style", 0), 1, 6)
    if button.get("style") == kinds.LINK_STYLE:
        problems.text(f"{path}.url", button.get("url"), 512, low=1)
        if button.get("custom_id"):
            sentence = "A custom id and url cannot both be specified"
            problems.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", sentence)
    else:
        problems.text(f"{path}.custom_id", button.get("custom_id"), 100, low=1)
    if not button.get("label") and not button.get("emoji"):
        sentence = "A button must have a label or an emoji"
        problems.add(path, "BUTTON_COMPONENT_INVALID", sentence)


def _select(problems: Problems, path: str, select: Json) -> None:
    problems.text(f"{path}.custom_id", select.get("custom_id"), 100, low=1)
    problems.text(f"{path}.placeholder", select.get("placeholder"), 150)
    problems.number(f"{path}.min_values", select.get("min_values"), 0, 25)
    problems.number(f"{path}.max_values", select.get("max_values"), 1, 25)
    if select.get("type") != kinds.TEXT_SELECT:
        return
    options = problems.count(f"{path}.options", select.get("options"), 25, low=1)
    for index, option in enumerate(options):
        problems.text(f"{path}.options.{index}.label", option.get("label"), 100, low=1)
        problems.text(f"{path}.options.{index}.value", option.get("value"), 100, low=1)
        problems.text(f"{path}.options.{index}.description", option.get("description"), 100)
    values = [option.get("value") for option in options]
    for index, value in enumerate(values):
        if value in values[:index]:
            sentence = "The specified option value is already used"
            where = f"{path}.options.{index}.value"
            problems.add(where, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", sentence)


def _unique_ids(problems: Problems, components: list[Json]) -> None:
    seen: set[str] = set()
    for component in walk(components):
        custom_id = component.get("custom_id")
        if custom_id in seen:
            sentence = "Component custom id cannot be duplicated"
            problems.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", sentence)
        if custom_id is not None:
            seen.add(custom_id)


def modal_problems(form: Json) -> list[Problem]:
    """Everything that is wrong with a form (the `data` of an answer of type 9)."""
    problems = Problems()
    problems.text("data.title", form.get("title"), 45, low=1)
    problems.text("data.custom_id", form.get("custom_id"), 100, low=1)
    rows = problems.count("data.components", form.get("components"), 5, low=1)
    for index, row in enumerate(rows):
        _form_row(problems, f"data.components.{index}", row)
    _unique_ids(problems, rows)
    return problems.found


def _form_row(problems: Problems, path: str, row: Json) -> None:
    kind = row.get("type")
    if kind == kinds.ROW:
        inner = problems.count(f"{path}.components", row.get("components"), 1, low=1)
        for index, field in enumerate(inner):
            problems.text(f"{path}.components.{index}.label", field.get("label"), 45, low=1)
            _form_field(problems, f"{path}.components.{index}", field)
    elif kind == kinds.LABEL:
        problems.text(f"{path}.label", row.get("label"), 45, low=1)
        problems.text(f"{path}.description", row.get("description"), 100)
        _form_field(problems, f"{path}.component", row.get("component") or {})
    elif kind != kinds.TEXT_DISPLAY:
        sentence = 'Value of field "type" must be one of (1, 10, 18).'
        problems.add(f"{path}.type", "UNION_TYPE_CHOICES", sentence)


def _form_field(problems: Problems, path: str, field: Json) -> None:
    if field.get("type") in kinds.SELECTS:
        _select(problems, path, field)
        return
    problems.text(f"{path}.custom_id", field.get("custom_id"), 100, low=1)
    if field.get("type") == kinds.TEXT_INPUT:
        problems.text(f"{path}.placeholder", field.get("placeholder"), 100)
        problems.text(f"{path}.value", field.get("value"), 4000)
        problems.number(f"{path}.min_length", field.get("min_length"), 0, 4000)
        problems.number(f"{path}.max_length", field.get("max_length"), 1, 4000)


_CHECKS: dict[int, Callable[[Problems, str, Json], None]] = {
    kinds.BUTTON: _button
} | dict.fromkeys(kinds.SELECTS, _select)
