"""A house with a sign-in, a wrong one, an outage and a crash: no log line and no dump tells."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from sqlalchemy import text as sql

from bot.sandbox.chain.wallets import SECOND_HOLDER, sign_text
from bot.sandbox.demo import DISCORD_SECRET, DISCORD_TOKEN, TELEGRAM_TOKEN
from tests.flows.house import Browser, Fan, eventually
from tests.flows.scan import hits
from tests.flows.service import Outside, Process, outside
from tests.flows.test_a_drop_is_heard import a_sound

PATH_KEY, PASSWORD = "canary-key-in-the-path-0123456789", "canary-password-0123"
FAR = f"http://127.0.0.1:9/v3/{PATH_KEY}"


class WithCanaries(Process):
    """The process with further endpoints whose addresses hold keys."""

    def settings(self) -> dict[str, str]:
        known = self.around.settings()
        chain = known["STAGEDOOR_RPC_URLS"]
        with_password = chain.replace("://", f"://club:{PASSWORD}@")
        return {**known, "STAGEDOOR_RPC_URLS": f"{FAR},{with_password},{chain}"}


@dataclass
class Secrets:
    """Everything secret that the story made, by what it is."""

    known: dict[str, str] = field(default_factory=dict)

    def note(self, what: str, secret: str) -> str:
        assert len(secret) >= 6, what
        self.known[what] = secret
        return secret


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def around(data: Path) -> AsyncIterator[Outside]:
    async with outside(data) as everything:
        yield everything


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(around: Outside) -> AsyncIterator[Process]:
    process = WithCanaries(around)
    await process.start()
    yield process
    await process.kill()


@pytest.fixture(scope="module")
def secrets() -> Secrets:
    return Secrets(
        {
            "discord token": DISCORD_TOKEN,
            "telegram token": TELEGRAM_TOKEN,
            "client secret": DISCORD_SECRET,
            "key in a path": PATH_KEY,
            "password": PASSWORD,
        }
    )


@pytest.fixture
def fan(around: Outside, house: Process) -> Fan:
    return Fan(around, "fan")


async def signs(fan: Fan, secrets: Secrets, *, name: str, rightly: bool = True) -> int:
    """Prove the account and sign; what was secret about it is noted. The status of the answer."""
    link = await fan.link_on_discord()
    secrets.note(f"{name} link token", link.rpartition("/")[2])
    consent = await fan.browser.goes_to_discord(link)
    asked = parse_qs(urlsplit(consent).query)
    secrets.note(f"{name} state", asked["state"][0])
    await fan.browser.comes_back(consent, fan.discord_id)
    text = await fan.browser.text_to_sign(link, fan.wallet)
    nonce = next(line for line in text.splitlines() if line.startswith("Nonce: "))
    secrets.note(f"{name} nonce", nonce.removeprefix("Nonce: "))
    by = fan.wallet if rightly else SECOND_HOLDER
    signature = secrets.note(f"{name} signature", sign_text(by, text.encode()))
    for cookie, value in fan.browser.cookies.items():
        secrets.note(f"{name} {cookie}", value)
    status, _, _ = await fan.browser.post(f"{link}/finish", {"text": text, "signature": signature})
    return status


async def test_pr1_a_wrong_sign_in_a_crash_and_a_right_one_happen(
    fan: Fan, around: Outside, secrets: Secrets
) -> None:
    assert await signs(fan, secrets, name="wrong", rightly=False) == 401
    async with around.database.begin() as link:
        await link.execute(sql("ALTER TABLE wallet RENAME COLUMN proof_due TO due_else"))
    assert await signs(fan, secrets, name="crashed") == 500
    async with around.database.begin() as link:
        await link.execute(sql("ALTER TABLE wallet RENAME COLUMN due_else TO proof_due"))
    assert await signs(fan, secrets, name="right") == 200
    await eventually(lambda: "Holder" in fan.discord.roles())


async def test_pr1_codes_and_a_listening_link_are_made_and_used(
    fan: Fan, around: Outside, secrets: Secrets
) -> None:
    bot = around.town.groups.bot
    await fan.discord.command("code")
    given = await fan.reads("Send this code to me in the other chat")
    code = next(word for word in given.text.replace("`", " ").split() if word.count("-") == 1)
    secrets.note("code for the other chat", code.rstrip("."))
    await fan.telegram.start(bot)
    await fan.telegram.send(bot, "222-2222")
    await fan.telegram.sees(bot, "That code is wrong")
    pending = Fan(around, "fan2")
    link = await pending.link_on_telegram()
    secrets.note("link token on telegram", link.rpartition("/")[2])
    said = await pending.browser.sign_in(link, pending.wallet)
    secrets.note("code of the page", str(said["code"]))
    artist = Fan(around, "artist")
    await artist.telegram.start(bot)
    await artist.telegram.send_audio(bot, a_sound(), "tide.wav", caption="Low Tide")
    await artist.telegram.press(await artist.telegram.sees(bot, "Send it?"), "Send now")
    await fan.discord.press(await fan.reads("New drop: Low Tide"), "Listen")
    player = await fan.reads("Your player for")
    address = str(await fan.discord.press(player, player.buttons[0]))
    secrets.note("ticket", address.rpartition("/")[2])
    listening = Browser(around.url)
    await listening.post(address)
    for cookie, value in listening.cookies.items():
        secrets.note(f"listening {cookie}", value)


async def test_pr3_a_stolen_dump_holds_nothing_that_opens_anything(
    around: Outside, secrets: Secrets
) -> None:
    assert len(secrets.known) > 20
    found = await hits(around.database, secrets.known.values())
    usable = {(table, column, _name(secrets, word)) for table, column, word in found}
    spent = {each for each in usable if each[2].endswith(("nonce", "signature"))}
    assert usable - spent == set()
    # the text of a sign-in under way is no key: only the browser that holds its cookie may use it
    assert {each[:2] for each in spent} <= {("link", "nonce"), ("link", "text")}


async def test_pr1_an_outage_of_every_endpoint_is_logged(around: Outside, fan: Fan) -> None:
    await around.chain.stop()
    await eventually(lambda: "chain not readable" in log_of(around), what="it is noticed")
    await around.chain.start()


async def test_pr1_nothing_secret_and_no_whole_address_stands_in_the_log(
    around: Outside, secrets: Secrets, fan: Fan
) -> None:
    written = log_of(around)
    assert "request failed" in written  # the crash is there, with all that its error says
    assert "chain endpoint failed" in written
    told = {name for name, secret in secrets.known.items() if secret.lower() in written.lower()}
    assert told == set()
    assert fan.wallet.address.lower()[2:] not in written.lower()


async def test_pr1_the_error_page_of_a_crash_shows_a_number_and_nothing_else(
    around: Outside, house: Process, secrets: Secrets
) -> None:
    async with around.database.begin() as link:
        await link.execute(sql("ALTER TABLE ledger_marks RENAME TO ledger_marks_away"))
    try:
        async with aiohttp.ClientSession() as http, http.get(f"{around.url}/healthz") as said:
            status, shown = said.status, json.dumps(await said.json())
    finally:
        async with around.database.begin() as link:
            await link.execute(sql("ALTER TABLE ledger_marks_away RENAME TO ledger_marks"))
    assert status == 500
    assert "ledger_marks" not in shown
    assert not {name for name, secret in secrets.known.items() if secret in shown}


def log_of(around: Outside) -> str:
    return (around.data / "house.log").read_text(errors="replace")


def _name(secrets: Secrets, word: str) -> str:
    return next(name for name, secret in secrets.known.items() if secret == word)
