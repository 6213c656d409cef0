"""Answers to people: button presses, Mini App results, "is typing", files."""

from bot.sandbox.telegram_server.calls import Call, check_may_write
from bot.sandbox.telegram_server.errors import bad
from bot.sandbox.telegram_server.payloads import file_payload
from bot.sandbox.telegram_server.posting import new_message, post
from bot.sandbox.telegram_server.state import Json
from bot.sandbox.telegram_server.text import format_text

DOWNLOAD_LIMIT = 20 * 1024 * 1024  # bytes; Bot API: getFile
CALLBACK_SECONDS = 30.0  # Telegram names no number; later answers are refused in practice
ANSWER_LIMIT = 200
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback(call: Call) -> bool:
    """The one answer to a button press."""
    query = call.world.callbacks.get(call.params.text("callback_query_id"))
    if query is None or query.bot != call.bot:
        raise bad(TOO_OLD)
    if query.answer is not None or call.world.now() - query.asked_at > CALLBACK_SECONDS:
        raise bad(TOO_OLD)
    text = call.params.text("text")
    if len(text) > ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    url = call.params.text("url")
    if url and not url.startswith(f"https://t.me/{call.world.accounts[call.bot].username}?start="):
        raise bad("URL_INVALID")
    query.answer = {"text": text, "alert": call.params.flag("show_alert"), "url": url or None}
    call.world.changed()
    return True


def send_action(call: Call) -> bool:
    """ "is typing" and the like."""
    chat = call.chat()
    check_may_write(call, chat, "can_send_messages")
    if call.params.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    return True


def get_file(call: Call) -> Json:
    """Where the bytes of a file can be fetched."""
    file = call.world.file_by_id(call.params.text("file_id"), call.bot)
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    ending = file.name.rpartition(".")[2] if "." in file.name else "bin"
    path = f"{file.kind}s/{file.key}.{ending}"
    return file_payload(call.world, file, call.bot) | {"file_path": path}


def answer_page(call: Call) -> Json:
    """A Mini App's result, sent in the person's name (Bot API: answerWebAppQuery)."""
    query = call.params.text("web_app_query_id")
    bot, user = call.world.web_app_queries.pop(query, (0, 0))
    if bot != call.bot:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    result = call.params.data("result") or {}
    content = result.get("input_message_content") or {}
    text, entities = format_text(
        str(content.get("message_text", "")),
        str(content.get("parse_mode", "")),
        content.get("entities"),
    )
    if not text:
        raise bad("message text is empty")
    message = new_message(call.world, call.world.talk(bot, user), user)
    message.text, message.entities = text, entities
    post(call.world, message)
    return {"inline_message_id": f"AAAA{call.world.number():08d}"}


METHODS = {
    "answerCallbackQuery": answer_callback,
    "sendChatAction": send_action,
    "getFile": get_file,
    "answerWebAppQuery": answer_page,
}
