"""What the tests of the way from a chat account to its browser share."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from eth_account.signers.local import LocalAccount
from sqlalchemy import text as sql

from gating.adapters.sql.store import SqlStore
from gating.errors import Refused
from gating.model import Account, Address
from tests.doors.test_web_sign_in import ask, sign
from tests.doors.web_stage import WebStage

FIVE_MINUTES = timedelta(minutes=5)
Browser = aiohttp.ClientSession


async def owner(stage: WebStage, key: LocalAccount) -> tuple[Account, ...]:
    """The accounts of whoever has this wallet; none if nobody has."""
    async with stage.store() as tx:
        fan = await tx.people.of_wallet(Address(key.address.lower()))
    return fan.accounts if fan else ()


async def row(stage: WebStage, link: str, *columns: str) -> tuple[Any, ...]:
    """What is stored of the newest link of this link's account."""
    assert isinstance(stage.store, SqlStore)
    names = ", ".join(columns)
    query = f"SELECT {names} FROM link WHERE user_id = :user ORDER BY issued_at DESC"  # noqa: S608  - names are ours
    async with stage.store.sessions() as session:
        found = await session.execute(sql(query), {"user": stage.whose[link].user_id})
        return tuple(found.first() or ())


async def code_of(stage: WebStage, browser: Browser, link: str, key: LocalAccount) -> str:
    status, told = await sign(browser, link, key)
    assert (status, told["pending"]) == (200, True), told
    return str(told["code"])


async def state_of(browser: Browser, link: str) -> tuple[int, Any]:
    async with browser.get(f"{link}/state") as answer:
        return answer.status, await answer.json()


async def refused(stage: WebStage, account: Account, code: str) -> str:
    with pytest.raises(Refused) as told:
        await stage.enter_code(account, code)
    return told.value.code


async def said(browser: Browser, link: str, key: LocalAccount) -> Any:
    _, told = await ask(browser, link, key)
    assert told["code"] == "E-NOTPROVED"
    return told
