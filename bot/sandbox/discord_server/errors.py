"""What the API refuses, in Discord's own shape and codes (Discord: Opcodes and Status Codes)."""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """One refusal: HTTP status, Discord's code, its sentence, and per-field errors for 50035."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> Json:
        """The JSON that goes to the client."""
        body: Json = {"message": self.message, "code": self.code}
        return body | {"errors": self.errors} if self.errors else body


_UNKNOWN = {
    "application": 10002,
    "channel": 10003,
    "guild": 10004,
    "invite": 10006,
    "member": 10007,
    "message": 10008,
    "overwrite": 10009,
    "role": 10011,
    "user": 10013,
    "emoji": 10014,
    "webhook": 10015,
    "ban": 10026,
    "interaction": 10062,
    "application command": 10063,
}


def unknown(what: str) -> ApiError:
    """404 for a thing that is not there; `what` is one of Discord's nouns."""
    words = what.title() if what != "overwrite" else "Permission Overwrite"
    return ApiError(404, _UNKNOWN[what], f"Unknown {words}")


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    return ApiError(404, 0, "404: Not Found")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def cannot_message_user() -> ApiError:
    return ApiError(403, 50007, "Cannot send messages to this user")


def already_acknowledged() -> ApiError:
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def empty_message() -> ApiError:
    return ApiError(400, 50006, "Cannot send an empty message")


def not_your_message() -> ApiError:
    return ApiError(403, 50005, "Cannot edit a message authored by another user")


def expired_token() -> ApiError:
    return ApiError(401, 50027, "Invalid Webhook Token")


def too_large() -> ApiError:
    return ApiError(413, 40005, "Request entity too large")


def bad_json() -> ApiError:
    return ApiError(400, 50109, "The request body contains invalid JSON.")


def invalid_form(problems: list[tuple[str, str, str]]) -> ApiError:
    """50035 with its tree; each problem is (dotted path, Discord's error name, sentence)."""
    tree: Json = {}
    for path, code, message in problems:
        node = tree
        for key in path.split("."):
            node = node.setdefault(key, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})
    return ApiError(400, 50035, "Invalid Form Body", tree)
