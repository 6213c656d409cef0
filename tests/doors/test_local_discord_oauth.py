"""The local Discord signs people in as the real one does, and refuses in its words (OAuth2)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from yarl import URL

from bot.sandbox.discord_server.oauth import CODE_LIFETIME, TOKEN_LIFETIME, s256
from bot.sandbox.discord_server.server import LocalDiscord, utc_now

BACK = "https://club.example/oauth/discord"
SECRET = "client-secret"
VERIFIER = "a-verifier-of-enough-letters-for-rfc-7636-43"


@dataclass
class Turned:
    """The clock, and how far a test has turned it."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@dataclass
class Place:
    """A server with one club, one bot with a client secret, one person."""

    discord: LocalDiscord
    app: int
    fan: int
    clock: Turned

    @property
    def base(self) -> str:
        return self.discord.state.base_url

    def consent(self, **changed: str | None) -> str:
        asked = {
            "client_id": str(self.app),
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "identify",
            "state": "s t&a",
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
            **changed,
        }
        told = {name: value for name, value in asked.items() if value is not None}
        return f"{self.base}/oauth2/authorize?{urlencode(told)}"

    async def agreed(self, http: aiohttp.ClientSession, **changed: str | None) -> URL:
        """Where the browser goes after the fan said yes."""
        sent = {"person": str(self.fan)}
        async with http.post(self.consent(**changed), data=sent, allow_redirects=False) as answer:
            assert answer.status == 302
            return URL(answer.headers["Location"])

    async def exchange(
        self, http: aiohttp.ClientSession, code: str, **changed: str | None
    ) -> tuple[int, Any]:
        form = {
            "client_id": str(self.app),
            "client_secret": SECRET,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **changed,
        }
        told = {name: value for name, value in form.items() if value is not None}
        async with http.post(f"{self.base}/api/oauth2/token", data=told) as answer:
            return answer.status, await answer.json()

    async def who(self, http: aiohttp.ClientSession, token: str, path: str = "@me") -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{self.base}/api/v10/users/{path}"
        async with http.get(address, headers=headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    clock = Turned()
    discord = LocalDiscord(clock=clock)
    app = discord.add_application(token="bot.token", name="Stagedoor")
    guild = discord.add_guild("Tide Club", bot=app)
    fan = discord.add_user("fan", "Fan <b>")
    discord.join(guild, fan)
    discord.allow_sign_in(app, BACK, secret=SECRET)
    await discord.start()
    yield Place(discord, app, fan, clock)
    await discord.stop()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_person_who_agrees_is_named_and_no_more(
    place: Place, http: aiohttp.ClientSession
) -> None:
    shown = await (await http.get(place.consent())).text()
    assert "Continue as <bdi>Fan &lt;b&gt;</bdi>" in shown
    back = await place.agreed(http)
    assert (str(back.with_query(None)), back.query["state"]) == (BACK, "s t&a")
    status, token = await place.exchange(http, back.query["code"])
    assert status == 200
    assert (token["token_type"], token["scope"]) == ("Bearer", "identify")
    assert token["expires_in"] == TOKEN_LIFETIME.total_seconds()
    status, me = await place.who(http, token["access_token"])
    assert (status, me["id"], me["username"]) == (200, str(place.fan), "fan")
    assert not {"email", "verified"} & set(me)


async def test_who_says_no_comes_back_without_a_code(
    place: Place, http: aiohttp.ClientSession
) -> None:
    answer = await http.post(place.consent(), data={"person": ""}, allow_redirects=False)
    back = URL(answer.headers["Location"])
    assert (back.query["error"], back.query["state"]) == ("access_denied", "s t&a")
    assert "code" not in back.query


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"client_id": "1"}, "Unknown Application"),
        ({"client_id": "no"}, "Unknown Application"),
        ({"redirect_uri": BACK + "/"}, "Invalid OAuth2 redirect_uri"),
        ({"redirect_uri": "https://evil.example/"}, "Invalid OAuth2 redirect_uri"),
        ({"redirect_uri": None}, "Invalid OAuth2 redirect_uri"),
        ({"response_type": "password"}, "Invalid OAuth2 response_type"),
        ({"scope": "everything"}, "Invalid OAuth2 scope"),
        ({"scope": None}, "Invalid OAuth2 scope"),
        ({"code_challenge_method": "plain"}, "Invalid OAuth2 code_challenge_method"),
    ],
)
async def test_a_link_out_of_order_is_told_and_sends_nobody_anywhere(
    place: Place, http: aiohttp.ClientSession, changed: dict[str, str | None], words: str
) -> None:
    for answer in (
        await http.get(place.consent(**changed)),
        await http.post(place.consent(**changed), data={"person": str(place.fan)}),
    ):
        assert answer.status == 400
        assert words in await answer.text()
        assert answer.history == ()


@pytest.mark.parametrize(
    ("changed", "status", "error", "words"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", None),
        ({"client_secret": None}, 401, "invalid_client", None),
        ({"client_id": "77"}, 401, "invalid_client", None),
        ({"grant_type": "x"}, 400, "unsupported_grant_type", "Grant type x is not supported"),
        ({"code": "guessed"}, 400, "invalid_grant", 'Invalid "code" in request.'),
        ({"redirect_uri": BACK + "?"}, 400, "invalid_grant", 'Invalid "redirect_uri" in request.'),
        ({"code_verifier": None}, 400, "invalid_request", 'Missing "code_verifier" in request.'),
        ({"code_verifier": "x" * 43}, 400, "invalid_grant", 'Invalid "code_verifier" in request.'),
    ],
)
async def test_an_exchange_out_of_order_is_refused_in_discords_words(
    place: Place,
    http: aiohttp.ClientSession,
    changed: dict[str, str | None],
    status: int,
    error: str,
    words: str | None,
) -> None:
    code = (await place.agreed(http)).query["code"]
    expected = {"error": error} | ({"error_description": words} if words else {})
    assert await place.exchange(http, **{"code": code, **changed}) == (status, expected)


async def test_a_code_works_once_and_for_a_minute(
    place: Place, http: aiohttp.ClientSession
) -> None:
    code = (await place.agreed(http)).query["code"]
    assert (await place.exchange(http, code))[0] == 200
    assert (await place.exchange(http, code))[1]["error"] == "invalid_grant"
    late = (await place.agreed(http)).query["code"]
    place.clock.ahead = CODE_LIFETIME
    assert (await place.exchange(http, late))[1]["error"] == "invalid_grant"


async def test_a_code_of_one_application_is_nothing_to_another(
    place: Place, http: aiohttp.ClientSession
) -> None:
    other = place.discord.add_application(token="other", name="Other")
    place.discord.allow_sign_in(other, BACK, secret=SECRET)
    code = (await place.agreed(http)).query["code"]
    told = await place.exchange(http, code, client_id=str(other))
    assert told[1]["error"] == "invalid_grant"


async def test_json_is_no_form(place: Place, http: aiohttp.ClientSession) -> None:
    answer = await http.post(f"{place.base}/api/oauth2/token", json={"grant_type": "x"})
    assert (answer.status, (await answer.json())["error"]) == (400, "invalid_request")


async def test_a_token_ends_when_it_is_revoked_or_old_and_opens_nothing_of_the_bots(
    place: Place, http: aiohttp.ClientSession
) -> None:
    form = {"client_id": str(place.app), "client_secret": SECRET}
    tokens = []
    for _ in range(2):
        _, told = await place.exchange(http, (await place.agreed(http)).query["code"])
        tokens.append(told["access_token"])
    assert (await place.who(http, tokens[0], path=str(place.fan)))[0] == 401
    revoke = f"{place.base}/api/v10/oauth2/token/revoke"
    wrong = await http.post(revoke, data={**form, "client_secret": "no", "token": tokens[0]})
    assert (wrong.status, (await place.who(http, tokens[0]))[0]) == (401, 200)
    assert (await http.post(revoke, data={**form, "token": tokens[0]})).status == 200
    assert [(await place.who(http, token))[0] for token in tokens] == [401, 200]
    place.clock.ahead = TOKEN_LIFETIME
    assert (await place.who(http, tokens[1]))[0] == 401
