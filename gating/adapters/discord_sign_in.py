"""Discord's own sign-in: whose browser is this? (Discord: OAuth2, Authorization Code Grant.)"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp
import structlog

from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Account, Platform

log = structlog.get_logger(__name__)
API = "https://discord.com/api/v10"
TIMEOUT = aiohttp.ClientTimeout(total=8)
WAITS = (0.5, 1.0, 2.0)
"""Seconds before each further try at a rate limit; the person looks at the page meanwhile."""
TOO_MANY = "E-DISCORDBUSY"
_FAULTS = 500


@dataclass(frozen=True)
class DiscordClient:
    """The application in Discord's developer portal. `api` is the REST base."""

    client_id: str
    secret: str
    redirect_uri: str
    api: str = API

    def __repr__(self) -> str:
        return f"DiscordClient(client_id={self.client_id!r})"


@dataclass(frozen=True)
class DiscordSignIn:
    """`gating.ports.AccountSignIn` with the scope `identify`; the token is given back at once."""

    session: aiohttp.ClientSession
    client: DiscordClient

    def address(self, state: str, challenge: str) -> str:
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "scope": "identify",
            "redirect_uri": self.client.redirect_uri,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.client.api.rpartition('/api/')[0]}/oauth2/authorize?{urlencode(asked)}"

    async def account(self, code: str, verifier: str) -> Account:
        token = await self._token(code, verifier)
        try:
            return await self._who(token)
        finally:
            await self._give_back(token)

    async def _token(self, code: str, verifier: str) -> str:
        form = {
            **self._us(),
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": verifier,
        }
        status, told = await self._call("POST", "/oauth2/token", data=form)
        if told.get("error") == "invalid_client":
            raise NeedsPerson("E-DISCORDCLIENT")
        token = told.get("access_token")
        if status != HTTPStatus.OK or not isinstance(token, str):
            log.warning("discord sign-in refused", status=status, error=str(told.get("error")))
            raise Refused("E-OAUTH")
        return token

    async def _who(self, token: str) -> Account:
        headers = {"Authorization": f"Bearer {token}"}
        status, told = await self._call("GET", "/users/@me", headers=headers)
        user_id = told.get("id")
        if status != HTTPStatus.OK or not isinstance(user_id, str):
            raise Refused("E-OAUTH")
        return Account(Platform.DISCORD, user_id)

    async def _give_back(self, token: str) -> None:
        try:
            await self._call("POST", "/oauth2/token/revoke", data={**self._us(), "token": token})
        except TryLater:  # it sees a name only, is kept nowhere, and ends by itself
            log.warning("discord token not revoked")

    def _us(self) -> dict[str, str]:
        return {"client_id": self.client.client_id, "client_secret": self.client.secret}

    async def _call(self, method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
        """One call; a rate limit says that nothing was done, so a short one is waited out."""
        for wait in WAITS:
            try:
                return await self._once(method, path, **more)
            except TryLater as busy:
                if busy.code != TOO_MANY:
                    raise
                await asyncio.sleep(wait)
        raise TryLater("E-DISCORDSIGNIN", after=5)

    async def _once(self, method: str, path: str, **more: Any) -> tuple[int, dict[str, Any]]:
        try:
            async with self.session.request(
                method, self.client.api + path, timeout=TIMEOUT, allow_redirects=False, **more
            ) as answer:
                if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                    raise TryLater(TOO_MANY)
                if answer.status >= _FAULTS:
                    raise TryLater("E-DISCORDSIGNIN", after=5)
                told = await answer.json(content_type=None)
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise TryLater("E-DISCORDSIGNIN", after=5) from error
        return answer.status, told if isinstance(told, dict) else {}
