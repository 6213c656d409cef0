"""What holds for every address of the web service, whatever it does."""

import json
import logging
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from eth_account import Account as Key
from yarl import URL

from bot.web.app import serve, web_app
from bot.web.headers import POLICY
from gating.errors import NeedsPerson
from tests.doors.web_stage import (
    DISCORD_SECRET,
    WebStage,
    on_time,
    signed,
    stage,
    tone,
    web_stage_at,
)

__all__ = ["on_time", "stage"]
FILLED = {
    "token": "a-token-of-nobody",
    "ticket": "a-ticket-of-nobody",
    "drop": "no-drop",
    "poll": "no-poll",
    "name": "no-name.json",
    "version": "0" * 16,
}
CHROME_PAGE = {"Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Dest": "document"}


def routes_of(stage: WebStage) -> list[tuple[str, str]]:
    """Every method and address that the application answers."""
    app = web_app(stage.services(), stage.site)
    return [
        (route.method, route.resource.canonical.format(**FILLED))
        for route in app.router.routes()
        if route.resource is not None
    ]


def posts_of(stage: WebStage) -> list[str]:
    return [path for method, path in routes_of(stage) if method == "POST"]


async def test_wb4_every_answer_carries_the_header_set(stage: WebStage) -> None:
    addresses = [*routes_of(stage), ("GET", "/nothing/here"), ("DELETE", "/healthz")]
    assert len(addresses) > 12
    async with stage.browser() as browser:
        for method, path in addresses:
            answer = await browser.request(method, path, allow_redirects=False)
            headers = answer.headers
            assert headers["Content-Security-Policy"] == POLICY, path
            opener = (
                "same-origin-allow-popups"
                if path.startswith(("/link/", "/wallet"))
                else "same-origin"
            )
            assert headers["Cross-Origin-Opener-Policy"] == opener, path
            assert headers["Referrer-Policy"] == "no-referrer", path
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["X-Frame-Options"] == "DENY", path
            assert {"Sec-Fetch-Site", "Origin"} <= set(headers["Vary"].split(", ")), path
            assert "Server" not in headers, path
            if not path.startswith("/static/"):
                assert headers["Cache-Control"] == "no-store", path


async def test_wb4_a_fault_of_ours_is_answered_with_all_headers_and_only_a_number(
    stage: WebStage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.parts = None  # type: ignore[assignment]  # the health check breaks over this
    async with stage.browser() as browser:
        answer = await browser.get("/healthz")
        told = await answer.json()
        shown = await (await browser.get("/healthz", headers=CHROME_PAGE)).text()
    assert answer.status == 500
    assert told["code"] == "E-INTERNAL"
    assert answer.headers["Content-Security-Policy"] == POLICY
    reference = re.search(r"[0-9a-f]{8}", told["text"])
    assert reference
    assert reference.group() in capsys.readouterr().out
    assert "Traceback" not in shown
    assert "TypeError" not in json.dumps(told) + shown


async def test_only_https_clubs_promise_https(stage: WebStage) -> None:
    async with (
        web_stage_at(address="https://club.example") as club,
        aiohttp.ClientSession() as far,
    ):
        address = f"http://127.0.0.1:{club.port}/healthz"
        secure = await far.get(address, headers={"Host": "club.example"})
    async with stage.browser() as browser:
        plain = await browser.get("/healthz")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "Strict-Transport-Security" not in plain.headers


async def test_wb1_each_address_answers_its_listed_methods_and_no_other(stage: WebStage) -> None:
    listed = set(routes_of(stage))
    assert {method for method, _ in listed} == {"GET", "HEAD", "POST"}
    async with stage.browser() as browser:
        for path in {path for _, path in listed}:
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                if (method, path) in listed:
                    continue
                answer = await browser.request(method, path)
                assert answer.status == 405, (method, path)
                assert answer.headers["Allow"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "OURS"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_wb2_no_other_site_can_post_to_any_address(
    stage: WebStage, headers: dict[str, str]
) -> None:
    told = {k: v.replace("OURS", stage.site.address) for k, v in headers.items()}
    posts = posts_of(stage)
    assert len(posts) >= 6
    async with aiohttp.ClientSession(stage.site.address) as browser:
        for path in posts:
            answer = await browser.post(path, json={}, headers=told)
            assert answer.status == 403, path
            assert (await answer.json())["code"] == "E-FOREIGN"


async def test_a_page_of_ours_may_post_also_where_a_browser_says_only_its_origin(
    stage: WebStage,
) -> None:
    async with aiohttp.ClientSession(stage.site.address) as browser:
        for path in posts_of(stage):
            answer = await browser.post(path, json={}, headers={"Origin": stage.site.address})
            assert (await answer.json()).get("code") != "E-FOREIGN"


async def test_another_name_for_this_machine_is_not_answered(stage: WebStage) -> None:
    async with stage.browser() as browser:
        for host in ("evil.example", "127.0.0.1", f"127.0.0.1.:{stage.port}"):
            answer = await browser.get("/healthz", headers={"Host": host})
            assert answer.status == 421, host


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 16_000, "application/json", 400),
        (b'{"address": "0x", "chain_id": 31337}', "application/json", 400),
        (b'{"address": 7, "chain_id": 31337}', "application/json", 400),
        (b'{"address": "ADDRESS", "chain_id": "31337"}', "application/json", 400),
        (b'{"address": "ADDRESS", "chain_id": true}', "application/json", 400),
        (b'{"address": "ADDRESS\\ud800", "chain_id": 31337}', "application/json", 400),
        (b'{"address": "ADDRESS", "chain_id": 31337}', "text/plain", 400),
        (b'"' + b"x" * 41_000 + b'"', "application/json", 413),
        (b'{"address": "ADDRESS", "chain_id": 1}', "application/json", 409),
    ],
)
async def test_a_body_of_another_shape_is_refused_and_never_a_fault(
    stage: WebStage, body: bytes, kind: str, status: int
) -> None:
    link = await stage.link()
    sent = body.replace(b"ADDRESS", b"0x" + b"a" * 40)
    async with stage.browser() as browser:
        for data in (sent, _in_pieces(sent)):
            answer = await browser.post(f"{link}/text", data=data, headers={"Content-Type": kind})
            assert answer.status == status
            assert (await answer.json())["code"].startswith("E-")


async def _in_pieces(body: bytes) -> AsyncIterator[bytes]:
    yield body[:3]
    yield body[3:]


async def test_wb3_every_cookie_is_bound_to_this_host_and_unreadable_for_scripts(
    stage: WebStage,
) -> None:
    key = Key.create()
    link = await stage.link()
    ticket, _ = await stage.player(tone(0.1))
    async with stage.browser() as browser:
        sent = await browser.post(f"{link}/account", json={})
        await stage.comes_back(browser, (await sent.json())["address"], link)
        asked = await browser.post(
            f"{link}/text", json={"address": key.address, "chain_id": 31337}
        )
        opened = await browser.post(ticket, allow_redirects=False)
    cookies = [
        *sent.headers.getall("Set-Cookie"),
        *asked.headers.getall("Set-Cookie"),
        *opened.headers.getall("Set-Cookie"),
    ]
    assert [cookie.partition("=")[0] for cookie in cookies] == [
        "__Host-browser",
        "__Host-errand",
        "__Host-browser",
        "__Host-listen",
    ]
    for cookie in cookies:
        attributes = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= attributes
        assert "Domain" not in cookie
    assert len(cookies[0].partition("=")[2].partition(";")[0]) >= 43  # 256 bits in base64


async def test_wb3_each_visit_to_a_player_has_a_session_of_its_own(stage: WebStage) -> None:
    data = tone(0.1)
    first_ticket, player = await stage.player(data)
    second_ticket, other = await stage.player(data)
    async with stage.browser() as browser:
        values = []
        for ticket in (first_ticket, second_ticket):
            opened = await browser.post(ticket, allow_redirects=False)
            values.append(opened.cookies["__Host-listen"].value)
        assert values[0] != values[1]
        assert (await browser.get(player)).status == 200
        assert (await browser.get(other)).status == 200


async def test_wb5_no_address_leads_off_this_host(stage: WebStage) -> None:
    tricks = ("//evil.example", "/\\evil.example", "/%2f%2fevil.example", "/http://evil.example")
    asks = ("?next=//evil.example", "?url=https://evil.example", "?return_to=/\\evil.example")
    async with aiohttp.ClientSession() as browser:
        for path in (*tricks, *(f"/not-me{ask}" for ask in asks), *(f"/{ask}" for ask in asks)):
            address = URL(f"{stage.site.address}{path}", encoded=True)
            answer = await browser.get(address, allow_redirects=False)
            assert "Location" not in answer.headers, path


async def test_a_flood_from_one_network_is_slowed_and_reading_is_not() -> None:
    async with web_stage_at(posts_a_minute=3) as stage, stage.browser() as browser:
        link = await stage.link()
        answers = [await browser.post(f"{link}/text", json={}) for _ in range(5)]
        page = await browser.get(link)
    assert [answer.status for answer in answers] == [400, 400, 400, 429, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert page.status == 200


async def test_behind_our_own_proxy_each_sender_has_a_pace_of_its_own() -> None:
    async with (
        web_stage_at(posts_a_minute=1, proxies=("127.0.0.1",)) as stage,
        stage.browser() as browser,
    ):
        link = await stage.link()

        async def status_for(sender: str) -> int:
            headers = {"X-Forwarded-For": sender}
            return (await browser.post(f"{link}/text", json={}, headers=headers)).status

        assert await status_for("203.0.113.7") == 400
        assert await status_for("203.0.113.8") == 400
        assert await status_for("198.51.100.1, 203.0.113.7") == 429
        assert await status_for("2001:db8:1:2:3::4") == 400
        assert await status_for("2001:db8:1:2:ffff::1") == 429


async def test_what_is_mounted_below_is_guarded_and_keeps_its_own_policy(stage: WebStage) -> None:
    async def own(request: web.Request) -> web.Response:
        return web.Response(text="sandbox", headers={"Content-Security-Policy": "default-src *"})

    async def missing(request: web.Request) -> web.Response:
        raise web.HTTPNotFound(text="its own words")

    below = web.Application()
    below.add_routes([web.get("/", own), web.post("/", own), web.get("/missing", missing)])
    whole = web_app(stage.services(), stage.site, posts_a_minute=1)
    whole.add_subapp("/sandbox/", below)
    runner = web.AppRunner(whole)
    await runner.setup()
    await web.SockSite(runner, sock := socket.create_server(("127.0.0.1", 0))).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{sock.getsockname()[1]}") as browser:
        ours = {"Host": stage.site.domain, "Origin": stage.site.address}
        seen = await browser.get("/sandbox/", headers=ours)
        posts = [await browser.post("/sandbox/", headers=ours) for _ in range(3)]
        foreign = await browser.post(
            "/sandbox/", headers={**ours, "Origin": "https://evil.example"}
        )
        lost = await (await browser.get("/sandbox/missing", headers=ours)).text()
    await runner.cleanup()
    assert seen.headers["Content-Security-Policy"] == "default-src *"
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    assert [post.status for post in posts] == [200, 200, 200]
    assert foreign.status == 403
    assert lost == "its own words"


async def test_a_port_that_is_taken_is_named(stage: WebStage) -> None:
    app = web_app(stage.services(), stage.site)
    with pytest.raises(NeedsPerson) as told:
        await serve(app, "127.0.0.1", stage.port)
    assert told.value.code == "E-PORT"
    assert told.value.facts == {"port": stage.port}


@pytest.mark.parametrize("host", ["192.0.2.9", "nowhere.invalid"])
async def test_an_address_that_is_not_of_this_machine_is_named(stage: WebStage, host: str) -> None:
    with pytest.raises(NeedsPerson) as told:
        await serve(web_app(stage.services(), stage.site), host, 8080)
    assert (told.value.code, told.value.facts["host"]) == ("E-LISTEN", host)
    assert "attempting" not in str(told.value.facts["cause"])


async def test_pr1_no_secret_of_a_person_reaches_the_log(
    stage: WebStage, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    key = Key.create()
    link = await stage.link()
    with caplog.at_level(logging.DEBUG, logger="aiohttp"):
        async with stage.browser() as browser:
            consent = URL(await stage.consent(browser, link))
            back = await stage.says_yes(str(consent), stage.whose[link])
            assert (await browser.get(back, allow_redirects=False)).status == 303
            asked = await browser.post(
                f"{link}/text", json={"address": key.address, "chain_id": 31337}
            )
            text = (await asked.json())["text"]
            signature = signed(key, text)
            await browser.post(f"{link}/finish", json={"text": text, "signature": signature})
            await browser.get(link)
    captured = capsys.readouterr()
    written = caplog.text + captured.out + captured.err
    own = (link.rpartition("/")[2], signature, asked.cookies["__Host-browser"].value)
    for secret in (*own, consent.query["state"], back.query["code"], DISCORD_SECRET):
        assert secret not in written


def test_bd9_no_script_or_page_that_is_shipped_knows_a_transaction_or_an_approval() -> None:
    shipped = [
        path
        for kind in ("*.js", "*.html")
        for path in (Path(__file__).parents[2] / "bot").rglob(kind)
    ]
    assert {"link.js", "wallets.js", "provider.js", "link.html"} <= {one.name for one in shipped}
    danger = re.compile(
        r"send(Raw)?Transaction|signT|sendCalls|\beth_sign\b|\bwallet_[a-z]|ApprovalForAll|approve\("
    )
    assert [path.name for path in shipped if danger.search(path.read_text())] == []


def test_bd9_shipped_scripts_can_ask_a_wallet_for_nothing_but_its_address_and_a_signature() -> (
    None
):
    folder = Path(__file__).parents[2] / "bot" / "web" / "static"
    scripts = {path.name: path.read_text() for path in folder.glob("*.js")}
    whole = "\n".join(scripts.values())
    asked = set(re.findall(r"\b(?:eth|personal|wallet)_\w+", whole))
    assert asked == {"eth_requestAccounts", "eth_chainId", "personal_sign"}
    for danger in ("eval(", "innerHTML", "document.write", "insertAdjacentHTML", "http://"):
        assert danger not in whole
    templates = folder.parent / "templates"
    for page in templates.glob("*.html"):
        text = page.read_text()
        assert "|safe" not in text.replace(" ", ""), page.name
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|javascript:", text), (
            page.name
        )
