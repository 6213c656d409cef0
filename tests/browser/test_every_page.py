"""What holds for every page of the web service: anyone can read it, and it calls nobody else."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bootstrap import AXE, AXE_SCRIPT
from bot.web.app import web_app
from tests.browser.screens import NO_PAGES, SCREENS
from tests.browser.web_people import PageWallet, People, browser, overflow, people
from tests.doors.web_stage import WebStage, on_time, stage

__all__ = ["browser", "on_time", "people", "stage"]
pytestmark = pytest.mark.browser
LOOKS = [
    (width, height, scheme)
    for width, height in ((320, 640), (1280, 900))
    for scheme in ("light", "dark")
]
EVEN_LIGHT = """() => {
  document.body.style.background = "var(--paper)";
  for (const lit of document.querySelectorAll(".top, .where")) {
    lit.style.background = "color-mix(in srgb, var(--accent) 10%, var(--paper))";
  }
}"""
MOVING = """() => [...document.querySelectorAll("*")].map(getComputedStyle).filter(
  (one) => one.animationName !== "none" || parseFloat(one.transitionDuration) > 0).length"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of npm's axe-core, which the set-up brought."""
    script = Path(AXE) / AXE_SCRIPT
    if not script.is_file():
        pytest.skip("axe-core is not there: run `make dev`")
    return script.read_text()


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, or cannot judge of colours, with the elements that it means.

    It cannot judge ink on a gradient: the page's light is painted evenly where it falls.
    """
    await page.evaluate(EVEN_LIGHT)
    found = await page.evaluate("axe.run({ exclude: ['svg'] })")
    unsure = [one for one in found["incomplete"] if one["id"] == "color-contrast"]
    return [
        f"{one['id']}: {one['help']} {[node['html'][:120] for node in one['nodes']]}"
        for one in found["violations"] + unsure
    ]


def test_every_page_that_the_web_service_has_is_looked_at(stage: WebStage) -> None:
    app = web_app(stage.services(), stage.site)
    gets = {
        route.resource.canonical
        for route in app.router.routes()
        if route.method == "GET" and route.resource is not None
    }
    assert gets == {screen.route for screen in SCREENS.values()} | set(NO_PAGES), (
        "a new page needs a function in tests/browser/screens.py"
    )


@pytest.mark.parametrize("name", SCREENS)
async def test_axe_finds_nothing_and_nothing_sticks_out(
    stage: WebStage, people: People, axe: str, name: str
) -> None:
    wallet = PageWallet() if SCREENS[name].wallet else None
    async with people.page(wallet, reduced_motion="reduce") as page:
        await SCREENS[name].open(page, stage)
        await page.evaluate(axe)
        for width, height, scheme in LOOKS:
            await page.set_viewport_size({"width": width, "height": height})
            await page.emulate_media(color_scheme=scheme)
            assert await violations(page) == [], (width, scheme)
            assert await overflow(page) == 0, (width, scheme)
        await page.set_viewport_size({"width": 640, "height": 900})
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await overflow(page) == 0, "with letters of twice the size"
        assert await page.evaluate(MOVING) == 0


async def test_axe_sees_what_is_wrong(stage: WebStage, people: People, axe: str) -> None:
    async with people.page() as page:
        await page.goto("/not-me")
        await page.evaluate(axe)
        await page.evaluate("document.querySelector('h1').style.color = '#ddd'")
        await page.evaluate("document.documentElement.removeAttribute('lang')")
        assert [one.partition(":")[0] for one in await violations(page)] == [
            "color-contrast",
            "html-has-lang",
        ]


@pytest.mark.parametrize("name", SCREENS)
async def test_wb4_no_page_loads_anything_from_elsewhere_or_breaks_the_policy(
    stage: WebStage, people: People, name: str
) -> None:
    asked: list[tuple[str, str]] = []
    said: list[str] = []
    async with people.page(PageWallet() if SCREENS[name].wallet else None) as page:
        page.on("request", lambda one: asked.append((one.resource_type, one.url)))
        page.on("console", lambda one: said.append(one.text))
        await SCREENS[name].open(page, stage)
        await expect(page.locator("main")).to_be_visible()
    ours = (f"{stage.site.address}/", "data:image/", f"{stage.discord.state.base_url}/oauth2/")
    assert [url for _, url in asked if not url.startswith(ours)] == []
    discord = [kind for kind, url in asked if url.startswith(ours[2])]
    assert set(discord) <= {"document"}  # the fan goes there by a press
    assert [words for words in said if "Content Security Policy" in words] == []


async def test_looking_at_a_page_sets_no_cookie(stage: WebStage, people: People) -> None:
    for name in ("before discord", "unknown link", "not me", "poll recorded", "listen"):
        async with people.context(PageWallet()) as context:
            page = await context.new_page()
            await SCREENS[name].open(page, stage)
            assert await context.cookies() == [], name
