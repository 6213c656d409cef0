"""A fan comes in on Telegram while Telegram brings the updates itself (CH3)."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest_asyncio

from bot.sandbox.demo import WEBHOOK_SECRET, Demo
from bot.web.guards import CALLED_BY_TELEGRAM
from bot.web.telegram_updates import SECRET_HEADER
from tests.flows.conftest import played
from tests.flows.house import Fan, eventually


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(data: Path) -> AsyncIterator[Demo]:
    async with played(data, telegram_webhook=True) as demo:
        yield demo


async def test_ch3_a_fan_verifies_from_start_to_reply_over_the_webhook(
    second_fan: Fan, demo: Demo
) -> None:
    groups = demo.town.groups
    assert demo.telegram.world.inboxes[groups.bot].webhook["secret"] == WEBHOOK_SECRET
    demo.telegram.faults.duplicate_updates = 1
    await second_fan.telegram.tap_invite(groups.link)
    await second_fan.telegram.sees(groups.bot, "Tide Club is for holders")
    found = await second_fan.sign_in(await second_fan.link_on_telegram())
    assert found["found"] == [310]
    await second_fan.telegram.sees(groups.bot, "You hold #310")
    await eventually(lambda: second_fan.telegram.is_member(groups.holders), what="let in")


async def test_ch3_what_a_stranger_posts_there_reaches_nobody(newcomer: Fan, demo: Demo) -> None:
    person = {"id": newcomer.telegram.user_id, "is_bot": False, "first_name": "Newcomer"}
    chat = {"id": person["id"], "type": "private", "first_name": "Newcomer"}
    forged = {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": "/verify"}
    body = {"update_id": 1, "message": forged}
    url = f"{demo.url}{CALLED_BY_TELEGRAM}"
    told = {SECRET_HEADER: WEBHOOK_SECRET[:-1], "Origin": demo.url}
    before = len(newcomer.telegram.messages(demo.town.groups.bot))
    async with aiohttp.ClientSession() as http, http.post(url, json=body, headers=told) as answer:
        assert answer.status == 401
        assert WEBHOOK_SECRET not in await answer.text()
    assert len(newcomer.telegram.messages(demo.town.groups.bot)) == before


async def test_ch4_there_is_no_address_for_interactions_over_http(demo: Demo) -> None:
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for path in ("/discord/interactions", "/interactions", "/api/interactions"):
            async with http.post(f"{demo.url}{path}", json={"type": 1}) as answer:
                assert answer.status == 404, path
