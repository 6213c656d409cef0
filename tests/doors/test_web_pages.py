"""Polls and their records, static files, health, and what a club's colour may be."""

import re

import pytest

from bot.web.accent import INK, PAPER, club_css, contrast, legible, readable_on
from bot.web.cover import cover
from bot.web.show import name, picture
from gating.errors import TryLater
from tests.doors.web_stage import WebStage, on_time, stage, tour_poll

__all__ = ["on_time", "stage"]


async def page_of(stage: WebStage, path: str) -> str:
    async with stage.browser() as browser:
        answer = await browser.get(path)
        assert answer.status == 200
        return re.sub(r"[ \n]+", " ", await answer.text())


async def test_a_result_is_sorted_and_says_votes_beside_people(stage: WebStage) -> None:
    stage.polls["tour"] = tour_poll()
    shown = await page_of(stage, "/polls/tour")
    assert shown.index("Berlin") < shown.index("Lisbon") < shown.index("Tokyo")
    assert "388 votes, 38\u00a0percent" in shown
    assert "from 212 people" in shown
    assert "3 votes, under 1\u00a0percent" in shown
    assert "388 of 412 people took part" in shown
    assert "block 21\u202f334\u202f010" in shown
    assert "0x9a7f" in shown
    assert "python -m bot verify-record FOLDER" in shown


async def test_hidden_results_stay_hidden_and_options_keep_their_order(stage: WebStage) -> None:
    stage.polls["open"] = tour_poll(state="open", counted=False, turnout=None, files=())
    shown = await page_of(stage, "/polls/open")
    assert shown.index("Lisbon") < shown.index("Berlin")
    assert "388" not in shown
    assert "percent" not in shown
    assert "The numbers are shown when the poll has closed." in shown


async def test_a_poll_before_its_snapshot_names_no_block(stage: WebStage) -> None:
    stage.polls["new"] = tour_poll(
        state="announced", counted=False, turnout=None, files=(), block_number=None
    )
    assert "is not there yet" in await page_of(stage, "/polls/new")


async def test_record_files_are_handed_out_to_keep_and_by_name_only(stage: WebStage) -> None:
    stage.records["tour", "tally.json"] = b'{"counted": true}'
    stage.records["tour", "page.html"] = b"<script>alert(1)</script>"
    async with stage.browser() as browser:
        answer = await browser.get("/polls/tour/record/tally.json")
        page = await browser.get("/polls/tour/record/page.html")
        missing = await browser.get("/polls/tour/record/other.json")
        outside = await browser.get("/polls/tour/record/..%2f..%2fsecret")
    assert await answer.read() == b'{"counted": true}'
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tally.json"'
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert (missing.status, outside.status) == (404, 404)


async def test_static_files_of_this_version_are_kept_for_good_and_others_are_not(
    stage: WebStage,
) -> None:
    shown = await page_of(stage, "/not-me")
    (address,) = re.findall(r'href="(/static/[0-9a-f]{16}/page\.css)"', shown)
    async with stage.browser() as browser:
        kept = await browser.get(address)
        old = await browser.get("/static/0123456789abcdef/page.css")
        now = await browser.get("/static/page.css")
        again = await browser.get(
            "/static/page.css", headers={"If-None-Match": now.headers["ETag"]}
        )
        outside = await browser.get("/static/..%2fapp.py")
        missing = await browser.get("/static/page.map")
    assert "immutable" in kept.headers["Cache-Control"]
    assert old.headers["Cache-Control"] == now.headers["Cache-Control"] == "no-cache"
    assert again.status == 304
    assert (outside.status, missing.status) == (404, 404)


async def test_health_names_a_silent_chain_and_fails_only_without_the_database(
    stage: WebStage,
) -> None:
    async with stage.browser() as browser:
        stage.parts = {"database": "ok", "chain": "E-CHAINDOWN"}
        silent = await browser.get("/healthz")
        stage.parts = TryLater("E-DATABASE", after=2)
        broken = await browser.get("/healthz")
    assert (silent.status, broken.status) == (200, 503)
    assert (await silent.json())["chain"] == "E-CHAINDOWN"
    assert broken.headers["Retry-After"] == "2"


@pytest.mark.parametrize("colour", ["#1f6f78", "#ffff00", "#000000", "#ffffff", "#e0315a"])
def test_any_accent_of_a_club_is_legible_on_both_papers(colour: str) -> None:
    assert contrast(readable_on(colour), colour) >= 4.5
    for scheme in ("light", "dark"):
        shown = legible(colour, PAPER[scheme], towards=INK[scheme])
        assert contrast(shown, PAPER[scheme]) >= 4.5
        assert contrast(readable_on(shown), shown) >= 4.5


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#123456; } body {", "", "#1234567"])
def test_what_is_no_colour_never_reaches_the_style_sheet(colour: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        club_css(colour)


def test_a_cover_is_the_same_for_the_same_title_and_differs_between_titles() -> None:
    assert cover("Low Water") == cover("Low Water")
    assert cover("Low Water").waves != cover("High Water").waves
    assert cover("Low Water").letters == "LW"
    assert cover("").letters == cover("... ?").letters == "\u266a"


def test_a_name_cannot_rearrange_the_sentence_around_it() -> None:
    assert name("fan\u202egnp.exe\x00\n") == "fangnp.exe"
    assert name("\u2066\u2069") == "unnamed"
    assert len(name("x" * 5_000)) == 64


def test_only_pictures_that_are_with_us_already_are_shown() -> None:
    assert picture("/pictures/fan.png") == "/pictures/fan.png"
    assert picture("data:image/png;base64,AAAA")
    for foreign in ("https://cdn.example/a.png", "//cdn.example/a.png", "data:image/svg+xml,x"):
        assert picture(foreign) is None
    assert picture(None) is None
