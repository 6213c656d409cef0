"""Checks reply_markup as Telegram does (Bot API: InlineKeyboardButton and its neighbours)."""

from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.telegram_server.errors import bad

Json = dict[str, Any]
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DATA_LIMIT = 64  # bytes
COPY_LIMIT = 256


def check_inline(markup: Json | None, *, private: bool) -> Json | None:
    """The inline keyboard as it is kept, or None if there is none."""
    if not markup or "inline_keyboard" not in markup:
        return None
    rows = [[_button(each, private=private) for each in row] for row in markup["inline_keyboard"]]
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _button(button: Json, *, private: bool) -> Json:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            if isinstance(button, dict)
            else "InlineKeyboardButton expected"
        )
    if "callback_data" in button:
        _check_data(str(button["callback_data"]))
    elif "url" in button:
        _check_url(str(button["url"]))
    elif "web_app" in button:
        _check_web_app(str(button["web_app"].get("url", "")), private=private)
    elif "copy_text" in button:
        _check_copy(str(button["copy_text"].get("text", "")))
    elif not any(name.startswith("switch_inline") for name in button):
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    return dict(button)


def _check_data(data: str) -> None:
    if not 1 <= len(data.encode()) <= DATA_LIMIT:
        raise bad("BUTTON_DATA_INVALID")


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https", "tg") or not parts.netloc:
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    if parts.scheme != "tg" and "." not in (parts.hostname or "") and not _is_loopback(url):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_web_app(url: str, *, private: bool) -> None:
    if not private:
        raise bad("BUTTON_TYPE_INVALID")
    check_page(url, "inline keyboard button")


def check_page(url: str, place: str) -> None:
    """Refuse a Mini App address that is not HTTPS.

    Telegram's test environment allows plain HTTP; here it is allowed for this machine only.
    """
    parts = urlsplit(url)
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not is_local and (parts.scheme != "https" or not parts.hostname):
        raise bad(f"{place} Web App URL '{url}' is invalid: Only HTTPS links are allowed")


def _check_copy(text: str) -> None:
    if not 1 <= len(text) <= COPY_LIMIT:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK


def check_markup(markup: Any, *, private: bool) -> Json | None:
    """Refuse what is none of the four kinds of reply markup; the inline keyboard to keep."""
    kinds = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
    if markup is None:
        return None
    if not isinstance(markup, dict) or not any(kind in markup for kind in kinds):
        raise bad("object expected as reply markup")
    for row in markup.get("keyboard", []):
        for key in row:
            if isinstance(key, dict) and "web_app" in key:
                check_page(str(key["web_app"].get("url", "")), "keyboard button")
    return check_inline(markup, private=private)
