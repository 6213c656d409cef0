"""Who watches the REST traffic: tests that hold every exchange against the specification."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
# (method, path template, path, query, headers, JSON body, status, response JSON)
Observer = Callable[[str, str, str, dict[str, str], dict[str, str], Any, int, Any], None]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    method: str
    path_template: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    json_body: Any
    status: int
    response_json: Any


def report(observers: list[Observer], exchange: Exchange) -> None:
    """Tell every observer; each gets its own copies, so none can change what was said."""
    for observer in observers:
        observer(
            exchange.method,
            exchange.path_template,
            exchange.path,
            exchange.query,
            exchange.headers,
            copy.deepcopy(exchange.json_body),
            exchange.status,
            copy.deepcopy(exchange.response_json),
        )
