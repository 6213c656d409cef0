"""What holds for every page of the web service: anyone can read it, and it calls nobody else."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Page

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


@dataclass
class Watch:
    """What a page asks for while it is opened, and what the browser complains of."""

    ours: tuple[str, ...]
    discord: str
    asked: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        page.on("request", lambda one: self.asked.append((one.resource_type, one.url)))
        page.on("console", lambda one: self.said.append(one.text))

    def foreign(self) -> list[str]:
        """Addresses that are not ours; a fan goes to Discord by a press, and nothing else does."""
        return [
            url
            for kind, url in self.asked
            if not url.startswith(self.ours)
            and not (kind == "document" and url.startswith(self.discord))
        ]

    def breaches(self) -> list[str]:
        return [words for words in self.said if "Content Security Policy" in words]


@pytest.mark.parametrize("name", SCREENS)
async def test_wb4_axe_finds_nothing_nothing_sticks_out_and_no_other_server_is_asked(
    stage: WebStage, people: People, axe: str, name: str
) -> None:
    watch = Watch(
        (f"{stage.site.address}/", "data:image/"), f"{stage.discord.state.base_url}/oauth2/"
    )
    wallet = PageWallet() if SCREENS[name].wallet else None
    async with people.page(wallet, reduced_motion="reduce") as page:
        watch.on(page)
        await SCREENS[name].open(page, stage)
        assert (watch.foreign(), watch.breaches()) == ([], [])
        await page.evaluate(axe)
        for width, height, scheme in LOOKS:
            await page.set_viewport_size({"width": width, "height": height})
            await page.emulate_media(color_scheme=scheme)
            assert await violations(page) == [], (width, scheme)
            assert await overflow(page) == 0, (width, scheme)
            assert await smallest_control(page) >= 44, (width, scheme)
        await page.set_viewport_size({"width": 640, "height": 900})
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await overflow(page) == 0, "with letters of twice the size"
        assert await page.evaluate(MOVING) == 0


async def smallest_control(page: Page) -> float:
    """The height of the lowest thing to press or write in, in pixels."""
    controls = ".button:visible, input[type=text]:visible, textarea:visible, summary:visible"
    heights = await page.locator(controls).evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    return float(min(heights, default=44))


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


async def test_looking_at_a_page_sets_no_cookie(stage: WebStage, people: People) -> None:
    for name in ("before discord", "unknown link", "not me", "poll recorded", "listen"):
        async with people.context(PageWallet()) as context:
            page = await context.new_page()
            await SCREENS[name].open(page, stage)
            assert await context.cookies() == [], name
