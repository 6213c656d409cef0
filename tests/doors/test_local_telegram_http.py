"""The Bot API as plain HTTP: every form a request may have, and the refusals word for word."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.doors.telegram_support import TOKEN, Stage, open_stage
from tests.doors.test_local_telegram_messages import PNG


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as opened:
        await opened.fan.start(opened.bot)
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def address(stage: Stage, method: str, token: str = TOKEN) -> str:
    return f"{stage.server.base_url}{token}/{method}"


async def answer(response: Any) -> tuple[int, Any]:
    async with response as received:
        return received.status, await received.json()


async def test_parameters_may_come_in_every_form(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    fan = stage.fan.user_id
    url = address(stage, "SENDMESSAGE")
    form = {"chat_id": str(fan), "text": "form"}
    parts = aiohttp.FormData(form | {"text": "multipart"}, default_to_multipart=True)
    requests = (
        http.get(url, params=form | {"text": "query"}),
        http.post(url, data=form),
        http.post(url, json={"chat_id": fan, "text": "json", "entities": []}),
        http.post(url, data=parts),
    )
    for request in requests:
        status, body = await answer(request)
        assert (status, body["ok"]) == (200, True)
    texts = [each.text for each in stage.fan.messages(stage.bot)]
    assert texts == ["/start", "query", "form", "json", "multipart"]


async def test_an_album_refers_to_its_uploads_by_name(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    media = [{"type": "photo", "media": f"attach://p{n}", "caption": f"{n}"} for n in (1, 2)]
    parts = aiohttp.FormData({"chat_id": str(stage.fan.user_id), "media": json.dumps(media)})
    for name in ("p1", "p2"):
        parts.add_field(name, PNG, filename=f"{name}.png", content_type="image/png")
    _, body = await answer(http.post(address(stage, "sendMediaGroup"), data=parts))
    assert [each["caption"] for each in body["result"]] == ["1", "2"]
    missing = {"chat_id": stage.fan.user_id, "media": media}
    _, body = await answer(http.post(address(stage, "sendMediaGroup"), json=missing))
    assert body["description"] == "Bad Request: wrong file identifier/HTTP URL specified"


@pytest.mark.parametrize(
    ("method", "params", "code", "description"),
    [
        ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": 5, "text": "x"}, 400, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, 400, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": "F"}, 400, "Bad Request: message text is empty"),
        (
            "sendPhoto",
            {"chat_id": "F", "photo": "https://tide.example/x.png"},
            400,
            "Bad Request: failed to get HTTP URL content",
        ),
        (
            "getFile",
            {"file_id": "AAAA"},
            400,
            "Bad Request: wrong file_id or the file is temporarily unavailable",
        ),
        ("banChatMember", {"chat_id": "G"}, 400, "Bad Request: invalid user_id specified"),
        (
            "banChatMember",
            {"chat_id": "G", "user_id": 5},
            400,
            "Bad Request: PARTICIPANT_ID_INVALID",
        ),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        (
            "sendMessage",
            {
                "chat_id": "F",
                "text": "x",
                "entities": [
                    {"type": "text_link", "offset": 0, "length": 1, "url": "javascript:x"}
                ],
            },
            400,
            "Bad Request: can't parse MessageEntity: wrong URL",
        ),
    ],
)
async def test_refusals_are_telegrams_own(
    stage: Stage,
    http: aiohttp.ClientSession,
    method: str,
    params: dict[str, Any],
    code: int,
    description: str,
) -> None:
    named = {"F": stage.fan.user_id, "G": stage.group}
    body = params | (
        {"chat_id": named[params["chat_id"]]} if params.get("chat_id") in named else {}
    )
    status, got = await answer(http.post(address(stage, method), json=body))
    assert (status, got) == (code, {"ok": False, "error_code": code, "description": description})


async def test_somebody_the_bot_only_shares_a_group_with_cannot_be_written_to(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    body = {"chat_id": stage.owner.user_id, "text": "x"}
    status, got = await answer(http.post(address(stage, "sendMessage"), json=body))
    assert (status, got["description"]) == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )


async def test_a_wrong_token_opens_nothing(stage: Stage, http: aiohttp.ClientSession) -> None:
    status, got = await answer(http.get(address(stage, "getMe", "4242:wrong")))
    assert (status, got["description"]) == (401, "Unauthorized")
    status, _ = await answer(http.get(address(stage, "getMe", "wrong")))
    assert status == 404
    status, _ = await answer(
        http.get(f"{stage.server.base_file_url}4242:wrong/audios/F000001.wav")
    )
    assert status == 401
    status, _ = await answer(http.get(address(stage, "getMeat")))
    assert status == 404


async def test_keys_under_the_input_are_tapped_and_vanish_if_meant_for_once(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    keyboard = {"keyboard": [["Berlin", {"text": "Lisbon"}]], "one_time_keyboard": True}
    body = {"chat_id": stage.fan.user_id, "text": "Where?", "reply_markup": keyboard}
    await answer(http.post(address(stage, "sendMessage"), json=body))
    assert stage.fan.keys(stage.bot) == ["Berlin", "Lisbon"]
    await stage.fan.tap_key(stage.bot, "Lisbon")
    assert stage.fan.messages(stage.bot)[-1].text == "Lisbon"
    assert stage.fan.keys(stage.bot) == []
