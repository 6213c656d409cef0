"""Checks every request and answer against the machine-readable Bot API description."""

import json
from pathlib import Path
from typing import Any

SPEC = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "telegram-bot-api.json"
ARRAY = "Array of "
# Told apart by a field that each form fixes: "always ..." or "must be ..." in its description.
TAGS = ("status", "type", "source")
PRIMITIVES: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}


class TelegramSpec:
    """Collects violations; `observe` is an observer of the local Telegram."""

    def __init__(self, path: Path = SPEC) -> None:
        spec = json.loads(path.read_text())
        self.methods: dict[str, Any] = spec["methods"]
        self.types: dict[str, Any] = spec["types"]
        self.violations: list[str] = []
        self.seen: set[str] = set()

    def observe(self, method: str, params: dict[str, Any], ok: bool, result: Any) -> None:
        """Check one call: its parameters, and its answer if it worked."""
        if method not in self.methods:
            self.violations.append(f"{method}: unknown method")
            return
        self.seen.add(method)
        self._check_params(method, params)
        if ok:
            declared = self.methods[method]["returns"]
            self._report(method, self.check(result, declared, "result"))

    def _check_params(self, method: str, params: dict[str, Any]) -> None:
        fields = {each["name"]: each for each in self.methods[method].get("fields", [])}
        attached = {name for name, value in params.items() if _is_upload(value)}
        unknown = set(params) - set(fields) - attached
        self._report(method, [f"unknown parameter {name}" for name in sorted(unknown)])
        for name, field in fields.items():
            if name not in params:
                if field["required"] and method != "getUpdates":
                    self._report(method, [f"missing parameter {name}"])
                continue
            value = _decoded(params[name], field["types"])
            self._report(method, self.check(value, field["types"], name))

    def _report(self, method: str, found: list[str]) -> None:
        self.violations += [f"{method}: {each}" for each in found]

    def check(self, value: Any, declared: list[str], where: str) -> list[str]:
        """What is wrong with a value that should have one of the declared types."""
        tries = [self._check_one(value, name, where) for name in declared]
        return min(tries, key=len) if tries else []

    def _check_one(self, value: Any, name: str, where: str) -> list[str]:
        if name.startswith(ARRAY):
            return self._check_array(value, name.removeprefix(ARRAY), where)
        if name == "InputFile":
            return [] if _is_upload(value) else [f"{where}: not a file"]
        if name in PRIMITIVES:
            fits = isinstance(value, PRIMITIVES[name]) and (
                name == "Boolean" or not isinstance(value, bool)
            )
            return [] if fits else [f"{where}: {value!r} is no {name}"]
        return self._check_object(value, name, where)

    def _check_array(self, value: Any, item: str, where: str) -> list[str]:
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no array"]
        found: list[str] = []
        for index, each in enumerate(value):
            found += self._check_one(each, item, f"{where}[{index}]")
        return found

    def _check_object(self, value: Any, name: str, where: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no {name}"]
        forms = self.types[name].get("subtypes")
        if forms:
            return self.check(value, self._tagged(value, forms), where)
        fields = {each["name"]: each for each in self.types[name].get("fields", [])}
        found = [f"{where}.{key}: unknown in {name}" for key in value if key not in fields]
        for key, field in fields.items():
            if key in value:
                found += self.check(value[key], field["types"], f"{where}.{key}")
            elif field["required"]:
                found.append(f"{where}.{key}: missing in {name}")
        return found

    def _tagged(self, value: dict[str, Any], forms: list[str]) -> list[str]:
        """The forms of a type that this value claims to be, by its tag."""
        for tag in TAGS:
            if tag in value:
                claimed = [form for form in forms if self._claims(form, tag, str(value[tag]))]
                return claimed or forms
        return forms

    def _claims(self, form: str, tag: str, text: str) -> bool:
        for field in self.types[form].get("fields", []):
            if field["name"] == tag:
                words = field["description"].replace("“", '"').replace("”", '"')
                return f'"{text}"' in words or words.endswith(f" {text}")
        return False


def _is_upload(value: Any) -> bool:
    return hasattr(value, "data") and hasattr(value, "mime")


def _decoded(value: Any, types: list[str]) -> Any:
    """Form bodies carry everything as text; read what is no text."""
    if not isinstance(value, str) or types == ["String"]:
        return value
    try:
        decoded = json.loads(value)
    except ValueError:
        return value
    if "String" in types and not isinstance(decoded, dict | list | int):
        return value
    return decoded
