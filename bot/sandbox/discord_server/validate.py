"""What Discord refuses about messages, as (path, code, sentence) problems. Pure."""

from typing import Any

Json = dict[str, Any]
Problem = tuple[str, str, str]

_MAX_EMBEDS = 6000  # characters of all embeds of a message
_PARSED = ("roles", "users", "everyone")


class Problems:
    """Collects what is wrong with one body, field by field."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: str, code: str, sentence: str) -> None:
        self.found.append((path, code, sentence))

    def text(self, path: str, value: object, high: int, *, low: int = 0) -> None:
        """A text of `low` to `high` characters; with `low` it must be there."""
        if value is None:
            if low:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not isinstance(value, str):
            self.add(path, "BASE_TYPE_STRING", "Must be a string.")
        elif low and not low <= len(value) <= high:
            sentence = f"Must be between {low} and {high} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", sentence)
        elif len(value) > high:
            sentence = f"Must be {high} or fewer in length."
            self.add(path, "BASE_TYPE_MAX_LENGTH", sentence)

    def count(self, path: str, value: object, high: int, *, low: int = 0) -> list[Any]:
        """A list of `low` to `high` things; gives the list, or none if it is not one."""
        if not isinstance(value, list):
            if value is not None:
                self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            elif low:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
            return []
        if not low <= len(value) <= high:
            sentence = f"Must be between {low} and {high} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", sentence)
        return value

    def number(self, path: str, value: object, low: int, high: int) -> None:
        if value is None:
            return
        if not isinstance(value, int):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < low:
            sentence = f"int value should be greater than or equal to {low}."
            self.add(path, "NUMBER_TYPE_MIN", sentence)
        elif value > high:
            sentence = f"int value should be less than or equal to {high}."
            self.add(path, "NUMBER_TYPE_MAX", sentence)


def message_problems(body: Json) -> list[Problem]:
    """Everything that is wrong with the content, embeds, files and mentions of a message."""
    problems = Problems()
    problems.text("content", body.get("content"), 2000)
    nonce = body.get("nonce")
    if not isinstance(nonce, int):
        problems.text("nonce", nonce, 25)
    for index, embed in enumerate(problems.count("embeds", body.get("embeds"), 10)):
        _embed(problems, f"embeds.{index}", embed)
    if sum(_embed_size(e) for e in body.get("embeds") or []) > _MAX_EMBEDS:
        sentence = "Embed size exceeds maximum size of 6000"
        problems.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", sentence)
    for index, file in enumerate(problems.count("attachments", body.get("attachments"), 10)):
        problems.text(f"attachments.{index}.description", file.get("description"), 1024)
    _mentions(problems, body.get("allowed_mentions") or {})
    return problems.found


def _embed(problems: Problems, path: str, embed: Json) -> None:
    problems.text(f"{path}.title", embed.get("title"), 256)
    problems.text(f"{path}.description", embed.get("description"), 4096)
    problems.text(f"{path}.footer.text", (embed.get("footer") or {}).get("text"), 2048)
    problems.text(f"{path}.author.name", (embed.get("author") or {}).get("name"), 256)
    problems.number(f"{path}.color", embed.get("color"), 0, 0xFFFFFF)
    for index, field in enumerate(problems.count(f"{path}.fields", embed.get("fields"), 25)):
        problems.text(f"{path}.fields.{index}.name", field.get("name"), 256, low=1)
        problems.text(f"{path}.fields.{index}.value", field.get("value"), 1024, low=1)
    for key in ("image", "thumbnail"):
        _embed_link(problems, f"{path}.{key}.url", (embed.get(key) or {}).get("url"))
    _embed_link(problems, f"{path}.url", embed.get("url"))


def _embed_link(problems: Problems, path: str, url: str | None) -> None:
    if url and not url.startswith(("http://", "https://", "attachment://")):
        sentence = f"Scheme \"{url.split(':')[0]}\" is not one of ('http', 'https')."
        problems.add(path, "URL_TYPE_INVALID_SCHEME", sentence)


def _embed_size(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(t) for t in texts if isinstance(t, str))


def _mentions(problems: Problems, allowed: Json) -> None:
    parse = problems.count("allowed_mentions.parse", allowed.get("parse"), 1000)
    for index, kind in enumerate(parse):
        if kind not in _PARSED:
            sentence = f"Value must be one of {_PARSED}."
            problems.add(f"allowed_mentions.parse.{index}", "BASE_TYPE_CHOICES", sentence)
    for kind in ("users", "roles"):
        listed = problems.count(f"allowed_mentions.{kind}", allowed.get(kind), 100)
        if listed and kind in parse:
            sentence = f"Mutually exclusive with parse: {kind}"
            problems.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", sentence)
