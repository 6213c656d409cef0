"""Filling in a form (modal): what the client checks, and what it sends."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.discord_server import kinds
from bot.sandbox.discord_server.acting import Cannot, Resolved, picked
from bot.sandbox.discord_server.offers import form_fields

Json = dict[str, Any]


def filled(form: Json, values: Mapping[str, object], resolved: Resolved) -> Json:
    """The `data` of a submitted form; `values` by custom id or label."""
    fields = list(form_fields(form))
    names = {shown["custom_id"] for _, shown in fields} | {s["label"] for _, s in fields}
    strange = values.keys() - names
    if strange:
        raise Cannot(f"The form has no field {', '.join(sorted(strange))}.")
    rows = [
        _row(row, component, shown, _given(shown, values), resolved)
        for row, (component, shown) in zip(form["components"], fields, strict=True)
    ]
    numbered = [_numbered(row, index) for index, row in enumerate(rows)]
    return {"custom_id": form["custom_id"], "components": numbered}


def _given(shown: Json, values: Mapping[str, object]) -> object:
    return values.get(shown["custom_id"], values.get(shown["label"]))


def _row(row: Json, component: Json, shown: Json, value: object, resolved: Resolved) -> Json:
    if component["type"] == kinds.TEXT_DISPLAY:
        return {"type": kinds.TEXT_DISPLAY}
    body: Json = {"type": component["type"], "custom_id": component["custom_id"]}
    if component["type"] == kinds.TEXT_INPUT:
        body["value"] = _text(shown, shown["value"] if value is None else value)
    else:
        body["values"] = _choices(component, shown, value, resolved)
    return (
        {"type": kinds.LABEL, "component": body}
        if row["type"] == kinds.LABEL
        else {
            "type": 1,
            "components": [body],
        }
    )


def _numbered(row: Json, index: int) -> Json:
    """Components carry the numbers that Discord gave them."""
    first = 2 * index + 1
    if "component" in row:
        return row | {"id": first, "component": row["component"] | {"id": first + 1}}
    if "components" in row:
        return row | {"id": first, "components": [row["components"][0] | {"id": first + 1}]}
    return row | {"id": first}


def _text(shown: Json, value: object) -> str:
    text = str(value)
    if not text and not shown["required"]:
        return text
    if not max(shown["min_length"], 1 if shown["required"] else 0) <= len(text):
        raise Cannot(f"{shown['label']}: at least {max(shown['min_length'], 1)} characters.")
    if len(text) > shown["max_length"]:
        raise Cannot(f"{shown['label']}: at most {shown['max_length']} characters.")
    return text


def _choices(component: Json, shown: Json, value: object, resolved: Resolved) -> list[str]:
    chosen = value if isinstance(value, list) else [] if value is None else [value]
    if not chosen and not shown["required"]:
        return []
    if component["type"] == kinds.FILE_UPLOAD:
        return [resolved.pick(kinds.OPT_FILE, file) for file in chosen]
    return picked(component, [str(c) for c in chosen], resolved)
