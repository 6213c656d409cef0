"""The player and the poll page in a real browser."""

import pytest
from playwright.async_api import Page, expect

from bot.web.services import PollOption
from tests.browser.web_people import MARKUP, WIDTHS, People, browser, overflow, people
from tests.doors.web_stage import WebStage, on_time, stage, tone, tour_poll

__all__ = ["browser", "on_time", "people", "stage"]
pytestmark = pytest.mark.browser
NOTE = "Recorded in one take.\nHeadphones, please."


async def open_player(page: Page, stage: WebStage, *, seconds: float = 3, **words: str) -> str:
    ticket, player = await stage.player(tone(seconds), **words)
    await page.goto(ticket)
    await page.wait_for_url(f"**{player}")
    await expect(page.locator("#total")).not_to_have_text("0:00")
    return player


async def test_a_person_who_opens_the_link_is_at_the_player_without_a_further_tap(
    stage: WebStage, people: People
) -> None:
    async with people.page() as page:
        await open_player(page, stage, title="Low Water", note=NOTE)
        await expect(page.get_by_role("heading", name="Low Water")).to_be_visible()
        await expect(page.get_by_role("img", name="Cover of Low Water")).to_be_visible()
        assert await page.locator(".note").inner_text() == NOTE
        assert await page.evaluate("document.getElementById('audio').paused")  # no autoplay


async def test_one_button_plays_and_pauses(stage: WebStage, people: People) -> None:
    async with people.page() as page:
        await open_player(page, stage)
        await page.get_by_role("button", name="Listen").click()
        await expect(page.get_by_role("button", name="Pause")).to_be_visible()
        await expect(page.locator("#elapsed")).to_have_text("0:01")
        await page.get_by_role("button", name="Pause").click()
        await expect(page.get_by_role("button", name="Listen")).to_be_visible()
        await expect(page.locator("#total")).to_have_text("0:03")


async def test_the_position_is_moved_by_keyboard_and_remembered(
    stage: WebStage, people: People
) -> None:
    async with people.page() as page:
        player = await open_player(page, stage, seconds=30)
        seek = page.get_by_role("slider", name="Position")
        await seek.focus()
        for _ in range(7):
            await page.keyboard.press("ArrowRight")
        await expect(page.locator("#elapsed")).to_have_text("0:07")
        assert "0 minutes 7 seconds of 0 minutes 30" in str(
            await seek.get_attribute("aria-valuetext")
        )
        await page.goto(player)
        await expect(page.locator("#elapsed")).to_have_text("0:07")


async def test_without_script_a_button_opens_the_player_and_the_browser_plays(
    stage: WebStage, people: People
) -> None:
    ticket, player = await stage.player(tone(), title="Low Water", note=NOTE)
    async with people.page(java_script_enabled=False) as page:
        await page.goto(ticket)
        await page.get_by_role("button", name="Listen").click()
        await page.wait_for_url(f"**{player}")
        await expect(page.locator("audio[controls]")).to_be_visible()
        await expect(page.get_by_text("Headphones, please.")).to_be_visible()
        await expect(page.locator("#controls")).to_be_hidden()


async def test_going_back_to_a_used_link_does_not_try_it_again(
    stage: WebStage, people: People
) -> None:
    ticket, player = await stage.player(tone())
    async with people.page() as page:
        await page.goto("/not-me")
        await page.goto(ticket)
        await page.wait_for_url(f"**{player}")
        await page.go_back()
        await page.wait_for_timeout(300)
        assert "E-LISTENLINK" not in await page.content()


async def test_a_copied_player_link_is_refused_in_another_browser(
    stage: WebStage, people: People
) -> None:
    async with people.page() as page, people.page() as other:
        player = await open_player(page, stage, title="Low Water")
        shown = await other.goto(player)
        assert shown
        assert shown.status == 403
        await expect(other.locator("main")).to_have_text(
            "This link belongs to someone else. Verify your own copy. E-LISTENLINK"
        )


async def test_sound_that_stops_coming_says_why(stage: WebStage, people: People) -> None:
    async with people.page() as page:
        player = await open_player(page, stage)
        await page.context.clear_cookies()
        await page.evaluate("document.getElementById('audio').src += '?again'")
        await expect(page.get_by_role("status")).to_contain_text("belongs to someone else")
        await expect(page.get_by_role("status")).to_contain_text("E-LISTENLINK")
        assert player in page.url


async def test_wb8_markup_in_title_and_note_stays_text(stage: WebStage, people: People) -> None:
    async with people.page() as page:
        for payload in MARKUP[:4]:
            await open_player(page, stage, seconds=1.5, title=payload, note=payload)
            assert await page.locator(".note").inner_text() == payload
            assert payload in await page.locator("h1").inner_text()
            assert await page.locator("article :is(script, iframe, img)").count() == 0


async def test_wb8_markup_in_a_poll_stays_text(stage: WebStage, people: People) -> None:
    options = tuple(PollOption(payload, 1, 1, 125) for payload in MARKUP)
    stage.polls["hostile"] = tour_poll(question=MARKUP[0], options=options)
    async with people.page() as page:
        await page.goto("/polls/hostile")
        assert await page.locator("h1").inner_text() == MARKUP[0]
        assert await page.locator("article :is(script, iframe, img)").count() == 0
        assert await page.locator(".label").count() == len(MARKUP)


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_player_and_poll_fit_at_every_width(
    stage: WebStage, people: People, width: int, height: int
) -> None:
    stage.polls["long"] = tour_poll(question="Donaudampfschifffahrtsgesellschaft" * 3)
    async with people.page(viewport={"width": width, "height": height}) as page:
        await open_player(page, stage, title="L" * 64, note="https://example.org/" + "x" * 300)
        assert await overflow(page) == 0
        for path in ("/polls/long", "/not-me", "/nothing-here"):
            await page.goto(path)
            assert await overflow(page) == 0, path


async def test_the_longest_bar_is_as_long_as_its_share(stage: WebStage, people: People) -> None:
    stage.polls["tour"] = tour_poll()
    async with people.page() as page:
        await page.goto("/polls/tour")
        shares = await page.locator(".bar").evaluate_all(
            """bars => bars.map((bar) => {
              const [track, fill] = [...bar.children].map((one) => one.getBoundingClientRect());
              return Math.round(1000 * fill.width / track.width);
            })"""
        )
    assert shares == [384, 338, 275, 3]
