"""Every page of the web service, in each state that a person can meet it in.

A page that is new is written down here once: a function that brings a browser to it, under the
route that it stands at. What holds for all pages is then tested for it too.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from playwright.async_api import Page, Route, expect

from bot.web.services import PollOption
from gating.model import Profile
from gating.model.link import Proof
from tests.browser.web_people import enter_code, go_to_discord, visit
from tests.doors.web_stage import WebStage, tone, tour_poll

Opener = Callable[[Page, WebStage], Awaitable[None]]
LINK = "/link/{token}"
LONG = {"shown": "M" * 64, "username": "w" * 32}
NO_PAGES = {
    "/healthz": "told to programs",
    "/link/{token}/state": "told to our own script",
    "/player/{drop}/audio": "sound",
    "/polls/{poll}/record/{name}": "a file to keep",
    "/static/{name}": "styles and scripts",
    "/static/{version}/{name}": "styles and scripts",
}
"""What a GET answers that is no page, and why not."""


@dataclass(frozen=True)
class Screen:
    """A page in one state; `wallet` says whether its browser has one."""

    route: str
    open: Opener
    wallet: bool = True


SCREENS: dict[str, Screen] = {}


def screen(route: str, *, wallet: bool = True) -> Callable[[Opener], Opener]:
    """Write a page down under its function's name."""

    def keep(opener: Opener) -> Opener:
        SCREENS[opener.__name__.replace("_", " ")] = Screen(route, opener, wallet)
        return opener

    return keep


@screen(LINK)
async def before_discord(page: Page, stage: WebStage) -> None:
    await page.goto(await stage.link(**LONG))


@screen(LINK, wallet=False)
async def before_discord_without_a_wallet(page: Page, stage: WebStage) -> None:
    await page.goto(await stage.link(**LONG))
    await expect(page.get_by_role("button", name="on my phone or in an app")).to_be_visible()


@screen("/wallet")
async def wallet_alone(page: Page, stage: WebStage) -> None:
    await page.goto("/wallet")
    await expect(page.get_by_role("button", name="Harbour Wallet")).to_be_visible()


@screen("/wallet", wallet=False)
async def wallet_alone_without_a_wallet(page: Page, stage: WebStage) -> None:
    await page.goto("/wallet")
    await expect(page.get_by_role("button", name="Look again")).to_be_visible()


@screen("/wallet")
async def wallet_alone_text(page: Page, stage: WebStage) -> None:
    await wallet_alone(page, stage)
    await page.get_by_role("button", name="Harbour Wallet").click()
    await expect(page.locator("#text")).to_be_visible()


@screen("/wallet")
async def wallet_of_nobody(page: Page, stage: WebStage) -> None:
    await wallet_alone_text(page, stage)
    await page.get_by_role("button", name="Sign", exact=True).click()
    await expect(page.get_by_role("heading", name="counts for nobody here")).to_be_visible()


@screen("/wallet")
async def wallet_with_accounts(page: Page, stage: WebStage) -> None:
    await wallet_of_nobody(page, stage)
    account = await stage.fan(await page.locator(".wallet-line code").inner_text())
    async with stage.store() as tx:
        await tx.people.enrol(account, Profile("w" * 32, "M" * 64))
    await page.reload()
    await expect(page.get_by_role("button", name="Unlink")).to_be_visible()


@screen(LINK)
async def choice(page: Page, stage: WebStage) -> None:
    await visit(page, stage, await stage.link(**LONG))
    await expect(page.get_by_role("button", name="Harbour Wallet")).to_be_visible()


@screen(LINK, wallet=False)
async def choice_without_a_wallet(page: Page, stage: WebStage) -> None:
    await visit(page, stage, await stage.link(**LONG))
    await expect(page.get_by_role("button", name="Look again")).to_be_visible()


@screen(LINK)
async def elsewhere(page: Page, stage: WebStage) -> None:
    await choice(page, stage)
    await page.get_by_role("button", name="on my phone or in an app").click()
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()


@screen(LINK)
async def by_hand(page: Page, stage: WebStage) -> None:
    await choice(page, stage)
    await page.get_by_role("button", name="by hand").click()


@screen(LINK)
async def by_hand_misspelt(page: Page, stage: WebStage) -> None:
    await by_hand(page, stage)
    await page.get_by_label("The wallet's address").fill("0x1234")
    await page.get_by_role("button", name="Show the text").click()
    await expect(page.get_by_role("status")).to_contain_text("E-ADDRESS")


@screen(LINK)
async def by_hand_text(page: Page, stage: WebStage) -> None:
    await by_hand(page, stage)
    await page.get_by_label("The wallet's address").fill("0x" + "a7" * 20)
    await page.get_by_role("button", name="Show the text").click()
    await page.get_by_text("How do I do that?").click()
    await expect(page.get_by_label("The signature")).to_be_visible()


@screen(LINK)
async def text(page: Page, stage: WebStage) -> None:
    await choice(page, stage)
    await page.get_by_role("button", name="Harbour Wallet").click()
    await expect(page.locator("#text")).to_be_visible()


@screen(LINK)
async def waits_for_the_wallet(page: Page, stage: WebStage) -> None:
    await text(page, stage)
    await page.route("**/finish", _never)
    await page.get_by_role("button", name="Sign", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("Checking your signature")


@screen(LINK)
async def not_done(page: Page, stage: WebStage) -> None:
    await text(page, stage)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Sign", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("E-OFFLINE")
    await page.context.set_offline(False)


@screen(LINK)
async def code(page: Page, stage: WebStage) -> None:
    await page.goto(await stage.link(proof=Proof.CODE, **LONG))
    await page.get_by_role("button", name="Harbour Wallet").click()
    await page.get_by_role("button", name="Sign", exact=True).click()
    await expect(page.locator("#proof-code")).to_be_visible()


@screen(LINK)
async def done(page: Page, stage: WebStage) -> None:
    await code(page, stage)
    await enter_code(page, stage, re.sub(r"^https?://[^/]+", "", page.url))
    await expect(page.locator("#done")).to_be_visible()


@screen(LINK)
async def stopped(page: Page, stage: WebStage) -> None:
    await code(page, stage)
    await page.get_by_role("button", name="This was not me").click()
    await expect(page.locator("#done")).to_be_visible()


@screen(LINK)
async def expired(page: Page, stage: WebStage) -> None:
    link = await stage.link()
    stage.late = timedelta(minutes=11)
    await page.goto(link)
    await expect(page.get_by_text("E-EXPIRED")).to_be_visible()


@screen(LINK)
async def unknown_link(page: Page, stage: WebStage) -> None:
    await page.goto("/link/nobody-ever-had-this-one")
    await expect(page.get_by_text("E-LINKUNKNOWN")).to_be_visible()


@screen("/oauth/discord")
async def another_browsers_errand(page: Page, stage: WebStage) -> None:
    await page.goto("/oauth/discord?state=nobodys&code=none")
    await expect(page.get_by_text("E-STATE")).to_be_visible()


@screen("/oauth/discord")
async def not_you(page: Page, stage: WebStage) -> None:
    await page.goto(await stage.link())
    await go_to_discord(page)
    stranger = stage.account("holder", "Holder")
    await page.reload()
    await page.locator(f"button[value='{stranger.user_id}']").click()
    await expect(page.get_by_text("E-NOTYOU")).to_be_visible()


@screen("/not-me")
async def not_me(page: Page, stage: WebStage) -> None:
    await page.goto("/not-me")


@screen("/listen/{ticket}")
async def listen(page: Page, stage: WebStage) -> None:
    await page.route("**/listen.js", lambda route: route.abort())  # it goes on by itself
    ticket, _ = await stage.player(tone(0.1))
    await page.goto(ticket)
    await expect(page.get_by_role("button", name="Listen")).to_be_visible()


@screen("/listen/{ticket}")
async def listen_too_late(page: Page, stage: WebStage) -> None:
    await page.goto("/listen/a-ticket-of-nobody")
    await expect(page.get_by_text("E-LISTENLINK")).to_be_visible()


@screen("/player/{drop}")
async def player(page: Page, stage: WebStage) -> None:
    ticket, address = await stage.player(tone(1), note="Recorded in one take.")
    await page.goto(ticket)
    await page.wait_for_url(f"**{address}")
    await expect(page.locator("#total")).not_to_have_text("0:00")


@screen("/player/{drop}")
async def player_of_somebody_else(page: Page, stage: WebStage) -> None:
    _, address = await stage.player(tone(0.1))
    await page.goto(address)
    await expect(page.get_by_text("E-LISTENLINK")).to_be_visible()


@screen("/polls/{poll}")
async def poll_recorded(page: Page, stage: WebStage) -> None:
    stage.polls["recorded"] = tour_poll()
    await page.goto("/polls/recorded")


@screen("/polls/{poll}")
async def poll_open(page: Page, stage: WebStage) -> None:
    options = (PollOption("Berlin", 388, 212, 1000),)
    stage.polls["open"] = tour_poll(state="open", options=options, turnout=None, files=())
    await page.goto("/polls/open")


@screen("/polls/{poll}")
async def poll_hidden(page: Page, stage: WebStage) -> None:
    stage.polls["hidden"] = tour_poll(
        state="announced", counted=False, turnout=None, block_number=None, files=()
    )
    await page.goto("/polls/hidden")


@screen("/polls/{poll}")
async def unknown_poll(page: Page, stage: WebStage) -> None:
    await page.goto("/polls/none")
    await expect(page.get_by_text("E-NOTFOUND")).to_be_visible()


async def _never(_: Route) -> None:
    """No answer to this request."""
