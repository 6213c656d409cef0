"""Discord's own OpenAPI description as a judge over everything that bot and server say by REST."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

Json = dict[str, Any]

_PERMISSION_FIELDS = {"permissions", "allow", "deny", "default_member_permissions"}
_ROOT = "discord:openapi"


class DiscordSpec:
    """Hand `observe` to `LocalDiscord.observers`; `violations` then says what broke the contract.

    Three things that Discord takes although its description does not say so are made alike first:
    snowflakes sent as numbers, permissions sent as text, and numbered attachment ids. In answers
    one thing: the per-field codes of a 50035 are words (`BASE_TYPE_REQUIRED`), as Discord's
    reference shows them, where the description says integer.
    """

    def __init__(self, path: Path) -> None:
        self._document: Json = json.loads(path.read_text())
        self._compiled: dict[str, Draft202012Validator] = {}
        self.violations: list[str] = []
        self.seen: set[tuple[str, str]] = set()
        self.checked = 0

    @cached_property
    def _registry(self) -> Registry[Any]:
        whole = Resource.from_contents(self._document, default_specification=DRAFT202012)
        return Registry().with_resource(_ROOT, whole)

    def observe(  # noqa: PLR0913, PLR0917  - the shape of `LocalDiscord.observers`
        self,
        method: str,
        template: str,
        path: str,
        query: dict[str, str],
        headers: dict[str, str],
        body: Any,
        status: int,
        answer: Any,
    ) -> None:
        """Check one exchange; requests only where the server took them."""
        operation = self._document["paths"].get(template, {}).get(method.lower())
        if operation is None:
            self.violations.append(f"{method} {template} is not in Discord's description")
            return
        self.seen.add((method, template))
        place = f"{method} {path} -> {status}"
        if status < 400 and body is not None:
            self._check_request(operation, _pointer(template, method), place, body)
        self._check_answer(operation, _pointer(template, method), place, (status, answer))

    def _check_request(self, operation: Json, pointer: str, place: str, body: Any) -> None:
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            if body:
                self.violations.append(f"{place}: a body where none is described")
            return
        where = f"{pointer}/requestBody/content/application~1json/schema"
        self._judge(where, _as_described(body), f"{place} request")

    def _check_answer(
        self, operation: Json, pointer: str, place: str, given: tuple[int, Any]
    ) -> None:
        status, answer = given
        described = operation["responses"]
        key = str(status) if str(status) in described else f"{status // 100}XX"
        if status >= 500:
            return
        if key not in described:
            self.violations.append(f"{place}: no such status is described")
            return
        response, where = described[key], f"{pointer}/responses/{key}"
        if "$ref" in response:
            where = response["$ref"].removeprefix("#")
            response = self._document["components"]["responses"][where.rsplit("/", 1)[1]]
        if not response.get("content"):
            if answer is not None:
                self.violations.append(f"{place}: a body where none is described")
            return
        if status >= 400:
            answer = _with_numbers(answer)
        self._judge(f"{where}/content/application~1json/schema", answer, f"{place} answer")

    def _judge(self, pointer: str, value: Any, place: str) -> None:
        self.checked += 1
        validator = self._compiled.get(pointer)
        if validator is None:
            schema = {"$ref": f"{_ROOT}#{pointer}"}
            validator = Draft202012Validator(schema, registry=self._registry)
            self._compiled[pointer] = validator
        error = best_match(validator.iter_errors(value))
        if error is not None:
            at = "/".join(map(str, error.absolute_path))
            words = error.message if len(error.message) < 600 else f"...{error.message[-600:]}"
            self.violations.append(f"{place} at {at or 'top'}: {words}")


def _pointer(template: str, method: str) -> str:
    escaped = template.replace("~", "~0").replace("/", "~1")
    return f"/paths/{escaped}/{method.lower()}".replace("{", "%7B").replace("}", "%7D")


def _as_described(value: Any, key: str = "") -> Any:
    """The body with the three tolerated spellings made into the described ones."""
    if isinstance(value, dict):
        return {k: _as_described(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_as_described(v, key) for v in value]
    if key in _PERMISSION_FIELDS and isinstance(value, str) and value.isdigit():
        return int(value)
    if _is_id(key) and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _with_numbers(answer: Any) -> Any:
    """A refusal whose per-field codes are numbers."""
    if isinstance(answer, list):
        return [_with_numbers(a) for a in answer]
    if not isinstance(answer, dict):
        return answer
    worded = isinstance(answer.get("code"), str)
    inner = {k: _with_numbers(v) for k, v in answer.items()}
    return inner | {"code": 0} if worded else inner


def _is_id(key: str) -> bool:
    return key in {"id", "roles", "users", "parent_id"} or key.endswith(("_id", "_ids"))
