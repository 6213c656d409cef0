"""The whole way in one browser: the sandbox page, the sign-in page, the player, the vote.

Nothing is played here but the people: real chain, real bots, real database, real pages.
"""

import io
import math
import struct
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Locator, Page, async_playwright, expect

from bot.sandbox.demo import Demo
from tests.browser.web_people import FLAGS
from tests.flows.conftest import data, demo
from tests.flows.house import eventually

__all__ = ["data", "demo"]
pytestmark = pytest.mark.browser
PATIENCE = 30_000


@dataclass
class Visitor:
    """Whoever sits at the sandbox page. Errors of any page are kept and must stay none."""

    page: Page
    errors: list[str] = field(default_factory=list)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    async def become(self, name: str) -> None:
        await (
            self.page.get_by_role("radio", name=name, exact=True)
            .or_(self.page.get_by_role("button", name=name, exact=True))
            .first.click()
        )

    async def enter(self, channel: str) -> None:
        await self.page.get_by_text(channel, exact=True).first.click()

    async def press(self, label: str) -> None:
        await self.page.get_by_role("button", name=label, exact=True).last.click()

    async def reads(self, words: str) -> None:
        await expect(self.page.get_by_text(words).last).to_be_visible(timeout=PATIENCE)

    async def follow(self, link: Locator) -> Page:
        async with self.context.expect_page() as opened:
            await link.click()
        page = await opened.value
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(PATIENCE)
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def visitor(demo: Demo, chromium: str) -> AsyncIterator[Visitor]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(PATIENCE)
        someone = Visitor(page)
        page.on("pageerror", lambda error: someone.errors.append(str(error)))
        await page.goto(demo.url)
        yield someone
        assert someone.errors == []
        await browser.close()


async def sign_in(visitor: Visitor, person: str, wallet: str) -> Page:
    """Press "Verify my copy", open the page, say at Discord who it is, choose the wallet, sign."""
    await visitor.page.get_by_role("button", name="Verify my copy", exact=True).first.click()
    page = await visitor.follow(visitor.page.get_by_role("link", name="Open page").last)
    await page.get_by_role("button", name="Continue to Discord").click()
    await page.get_by_role("button", name=f"Continue as {person}", exact=True).click()
    await page.get_by_role("button", name=wallet, exact=True).click()
    await page.get_by_role("button", name="Sign", exact=True).click()
    asked = page.get_by_role("dialog")
    await expect(asked).to_contain_text("This costs nothing and can move nothing")
    await asked.get_by_role("button", name="Sign").click()
    return page


async def test_a_fan_signs_with_a_discovered_wallet_and_the_private_room_appears(
    visitor: Visitor,
) -> None:
    await visitor.become("Fan")
    await expect(visitor.page.get_by_text("listening-room")).to_have_count(0)
    page = await sign_in(visitor, "Fan @fan", "Fan's wallet")
    await expect(page.locator("#done")).to_contain_text("Found #17 and #204")
    await page.close()
    await visitor.reads("Done.")
    await visitor.reads("listening-room")


async def test_a_newcomer_reads_why_the_door_stays_shut(visitor: Visitor) -> None:
    await visitor.become("Newcomer")
    page = await sign_in(visitor, "Newcomer @newcomer", "Newcomer's wallet")
    await expect(page.get_by_text("holds 0 copies of Tide")).to_be_visible()
    await page.close()
    await visitor.reads("holds 0 copies of Tide")


async def test_the_artist_posts_and_the_fan_hears_it_and_nobody_by_a_copied_link(
    visitor: Visitor, tmp_path: Path
) -> None:
    await visitor.become("Artist")
    await post_a_drop(visitor, tmp_path)
    await visitor.become("Fan")
    await visitor.enter("drops")
    await visitor.page.get_by_role("button", name="Listen", exact=True).first.click()
    player = await visitor.follow(visitor.page.get_by_role("link", name="Open the player").last)
    await player.wait_for_url("**/player/*")
    await player.get_by_role("button", name="Listen").click()
    await eventually(lambda: is_sounding(player), what="sound")
    await refused_elsewhere(visitor, player.url)
    await player.close()


async def is_sounding(player: Page) -> bool:
    return bool(await player.evaluate("document.querySelector('audio').currentTime > 0.3"))


async def post_a_drop(visitor: Visitor, tmp_path: Path) -> None:
    sound = tmp_path / "low-tide.wav"
    sound.write_bytes(a_tone())
    await visitor.press("Stagedoor")
    start = visitor.page.get_by_role("button", name="START", exact=True)
    await start.last.click()
    await visitor.reads("Welcome to Tide Club")
    await visitor.page.locator("input[type=file]").last.set_input_files(sound)
    box = visitor.page.get_by_role("textbox", name="Message").last
    await box.fill("Low Tide\nRecorded at the harbour.")
    await box.press("Enter")
    await visitor.press("Send now")
    await visitor.reads("is on its way to every chat")


async def refused_elsewhere(visitor: Visitor, address: str) -> None:
    browser = visitor.context.browser
    assert browser is not None
    other = await browser.new_page()
    await other.goto(address)
    await expect(other.get_by_text("This link belongs to someone else")).to_be_visible()
    await expect(other.get_by_text("Low Tide")).to_have_count(0)
    await other.close()


async def test_a_vote_is_opened_tapped_and_closed_with_a_card(visitor: Visitor) -> None:
    await visitor.become("Moderator")
    await visitor.enter("ops")
    await visitor.press("New vote")
    form = visitor.page.get_by_role("dialog")
    await form.get_by_role("textbox").nth(1).fill("Lisbon\nBerlin")
    await form.get_by_role("button", name="Submit").click()
    await visitor.reads("is announced in every chat")
    await visitor.become("Fan")
    await visitor.enter("votes")
    await visitor.press("Lisbon")
    await visitor.reads("weight 2")
    await visitor.become("Moderator")
    await visitor.enter("ops")
    await visitor.press("Close the vote")
    await visitor.enter("votes")
    card = visitor.page.get_by_role("img", name="Result of Where should we play?").first
    await expect(card).to_be_visible(timeout=PATIENCE)
    record = await visitor.follow(visitor.page.get_by_role("link", name="Check the record").last)
    await expect(record.get_by_text("tally.json")).to_be_visible()
    await record.close()


async def test_stopping_the_node_takes_nothing_and_says_so(visitor: Visitor) -> None:
    await visitor.become("Fan")
    await visitor.press("Stop the node")
    await expect(visitor.page.get_by_role("button", name="Start the node")).to_be_visible()
    await visitor.enter("start-here")
    try:
        await expect(visitor.page.get_by_text("listening-room").first).to_be_visible()
        await visitor.page.wait_for_timeout(2_500)
        await visitor.press("What do I hold?")
        await visitor.reads("Your access is unchanged")
    finally:
        await visitor.press("Start the node")
    await expect(visitor.page.get_by_role("button", name="Stop the node")).to_be_visible()


def a_tone() -> bytes:
    """Three seconds of 440 Hz as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        steps = range(8_000 * 3)
        tone = (int(8_000 * math.sin(at / 8_000 * 440 * math.tau)) for at in steps)
        file.writeframes(b"".join(struct.pack("<h", level) for level in tone))
    return out.getvalue()
