"""Listening over HTTP: tickets, sessions, and the bytes that are asked for."""

from datetime import timedelta

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.ranges import OutOfReach, wanted
from tests.contracts.access_kit import owned
from tests.doors.web_stage import WebStage, on_time, stage

__all__ = ["on_time", "stage"]
SOUND = bytes(range(256)) * 4_000  # a little over a megabyte: several chunks


async def heard(
    browser: aiohttp.ClientSession, player: str, **headers: str
) -> tuple[aiohttp.ClientResponse, bytes]:
    answer = await browser.get(f"{player}/audio", headers=headers)
    return answer, await answer.read()


async def opened(stage: WebStage, browser: aiohttp.ClientSession, **words: str) -> str:
    ticket, player = await stage.player(SOUND, **words)
    answer = await browser.post(ticket, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, player)
    return player


async def test_the_whole_sound_is_sent_where_no_part_is_asked_for(stage: WebStage) -> None:
    async with stage.browser() as browser:
        answer, body = await heard(browser, await opened(stage, browser))
    assert answer.status == 200
    assert body == SOUND
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Content-Length"] == str(len(SOUND))
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=262143-262144", 262_143, 262_144),
        ("bytes=1000000-", 1_000_000, len(SOUND) - 1),
        ("bytes=-5", len(SOUND) - 5, len(SOUND) - 1),
        ("bytes=-99999999", 0, len(SOUND) - 1),
        ("bytes=5-99999999", 5, len(SOUND) - 1),
        ("Bytes=0-3", 0, 3),
    ],
)
async def test_a_single_range_is_sent_and_no_byte_more(
    stage: WebStage, asked: str, first: int, last: int
) -> None:
    async with stage.browser() as browser:
        answer, body = await heard(browser, await opened(stage, browser), Range=asked)
    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(SOUND)}"
    assert body == SOUND[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={len(SOUND)}-", "bytes=-0", "bytes=99999999-"])
async def test_a_range_outside_the_sound_is_said_to_be_so(stage: WebStage, asked: str) -> None:
    async with stage.browser() as browser:
        answer, body = await heard(browser, await opened(stage, browser), Range=asked)
    assert answer.status == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(SOUND)}"
    assert body == b""


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-9", "items=0-1", "bytes=9-1", "bytes=-", "nonsense"]
)
async def test_several_ranges_and_nonsense_get_the_whole_sound(
    stage: WebStage, asked: str
) -> None:
    async with stage.browser() as browser:
        answer, body = await heard(browser, await opened(stage, browser), Range=asked)
    assert answer.status == 200
    assert len(body) == len(SOUND)


async def test_a_range_of_another_version_of_the_sound_gets_the_whole(stage: WebStage) -> None:
    async with stage.browser() as browser:
        player = await opened(stage, browser)
        whole, _ = await heard(browser, player)
        tag = whole.headers["ETag"]
        same, _ = await heard(browser, player, Range="bytes=0-3", **{"If-Range": tag})
        other, _ = await heard(browser, player, Range="bytes=0-3", **{"If-Range": '"other"'})
        weak, _ = await heard(browser, player, Range="bytes=0-3", **{"If-Range": f"W/{tag}"})
        known, body = await heard(browser, player, **{"If-None-Match": tag})
    assert [same.status, other.status, weak.status, known.status] == [206, 200, 200, 304]
    assert tag.startswith('"')
    assert body == b""


async def test_head_tells_size_and_tag_and_sends_nothing(stage: WebStage) -> None:
    async with stage.browser() as browser:
        player = await opened(stage, browser)
        answer = await browser.head(f"{player}/audio", headers={"Range": "bytes=0-3"})
        body = await answer.read()
        after = await browser.get(player)  # the connection is still in step
    assert (answer.status, body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(SOUND))
    assert answer.headers["ETag"]
    assert after.status == 200


@given(st.integers(0, 2_000), st.text(alphabet="bytes=0123456789-, ", max_size=24))
def test_a_part_always_lies_inside_the_sound(size: int, header: str) -> None:
    try:
        span = wanted(header, size)
    except OutOfReach:
        return
    assert span is None or 0 <= span.first <= span.last < size


async def test_a_ticket_works_once_and_previews_do_not_use_it_up(stage: WebStage) -> None:
    ticket, player = await stage.player(SOUND)
    async with stage.browser() as preview:
        for _ in range(50):
            assert (await preview.get(ticket)).status == 200
    async with stage.browser() as browser, stage.browser() as late:
        assert (await browser.post(ticket)).status == 200
        second = await late.post(ticket)
        assert second.status == 403
        assert (await second.json())["code"] == "E-LISTENLINK"
        assert (await browser.get(player)).status == 200


async def test_a_player_link_that_was_passed_on_shows_one_sentence_and_nothing_more(
    stage: WebStage,
) -> None:
    async with stage.browser() as browser, stage.browser(Accept="text/html") as other:
        player = await opened(stage, browser, title="Low Water", note="The first take.")
        page = await other.get(player)
        shown = await page.text()
        sound = await other.get(f"{player}/audio", headers={"Accept": "*/*"})
    assert page.status == 403
    assert "This link belongs to someone else. Verify your own copy." in shown
    assert "E-LISTENLINK" in shown
    assert "Low Water" not in shown
    assert "first take" not in shown
    assert sound.status == 403
    assert SOUND[:64] not in await sound.read()


async def test_the_session_of_one_drop_does_not_open_another(stage: WebStage) -> None:
    async with stage.browser() as browser:
        await opened(stage, browser)
        _, other = await stage.player(SOUND)
        assert (await browser.get(other)).status == 403


async def test_a_ninth_player_closes_the_oldest_one(stage: WebStage) -> None:
    async with stage.browser() as browser:
        players = [await opened(stage, browser) for _ in range(9)]
        answers = [(await browser.get(player)).status for player in players]
    assert answers == [403] + [200] * 8


async def test_a_silent_chain_opens_nothing_new_and_says_when_to_come_back(
    stage: WebStage,
) -> None:
    ticket, _ = await stage.player(SOUND)
    await stage.silence()
    async with stage.browser() as browser:
        answer = await browser.post(ticket, allow_redirects=False)
    await stage.holds("0x" + "5" * 40)
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "60"
    assert "Set-Cookie" not in answer.headers


async def test_who_sold_the_copy_hears_no_more_after_ten_minutes(stage: WebStage) -> None:
    async with stage.browser() as browser:
        player = await opened(stage, browser)
        await sold_out(stage)
        assert (await browser.get(player)).status == 200
        stage.late = timedelta(minutes=11)
        answer = await browser.get(f"{player}/audio")
        told = await answer.json()
    assert (answer.status, told["code"]) == (403, "E-NOHOLD")


async def sold_out(stage: WebStage) -> None:
    """Everybody's copies go to one wallet that is nobody's."""
    async with stage.store() as tx:
        holders = await owned(tx, stage.asset, stage.height)
    await stage.holds("0x" + "6" * 40, *{copy for copies in holders.values() for copy in copies})


async def test_sound_of_a_dangerous_type_is_not_called_by_it(stage: WebStage) -> None:
    async with stage.browser() as browser:
        for kind in ("text/html", "audio/x\r\nSet-Cookie: a=b", "audio/svg+xml"):
            answer, _ = await heard(browser, await opened(stage, browser, kind=kind))
            assert answer.headers["Content-Type"] == "application/octet-stream"


async def test_a_listener_who_hangs_up_in_the_middle_is_no_fault(
    stage: WebStage, capsys: pytest.CaptureFixture[str]
) -> None:
    async with stage.browser() as browser:
        player = await opened(stage, browser)
        for _ in range(5):
            answer = await browser.get(f"{player}/audio")
            await answer.content.readexactly(10)
            answer.close()
        assert (await browser.get(player)).status == 200
    assert "request failed" not in capsys.readouterr().out
