"""Who a browser belongs to: codes, tokens and their refusals (Discord: OAuth2; RFC 6749, 7636)."""

import base64
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from bot.sandbox.discord_server.state import App, Grant, State

Json = dict[str, Any]
SCOPES = frozenset({"identify", "email", "guilds", "openid"})
CODE_LIFETIME = timedelta(minutes=1)
TOKEN_LIFETIME = timedelta(days=7)


class OauthError(Exception):
    """A refusal of the token endpoint, in RFC 6749's shape."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        super().__init__(description or error)
        self.status = status
        self.body: Json = {"error": error}
        if description:
            self.body["error_description"] = description


class Unfit(Exception):
    """A link to the consent page that Discord shows an error for, instead of the question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A link to the consent page that is in order."""

    app: App
    redirect_uri: str
    scope: str
    state: str | None
    challenge: str | None

    def back(self, **told: str) -> str:
        """Where the browser goes with what it is told."""
        facts = told | ({"state": self.state} if self.state is not None else {})
        joint = "&" if "?" in self.redirect_uri else "?"
        return f"{self.redirect_uri}{joint}{urlencode(facts)}"


@dataclass(frozen=True, slots=True)
class _Code:
    asked: Asked
    user_id: int
    expires: datetime


@dataclass
class Oauth:
    """The codes that are out, and the tokens that they became."""

    state: State
    _codes: dict[str, _Code] = field(default_factory=dict)

    def asked(self, query: dict[str, str]) -> Asked:
        """What a link to the consent page wants. Raises `Unfit` with Discord's sentence."""
        app = self._app(query.get("client_id", ""))
        if app is None:
            raise Unfit("Unknown Application")
        if query.get("redirect_uri") not in app.redirect_uris:
            raise Unfit("Invalid OAuth2 redirect_uri")
        if query.get("response_type") != "code":
            raise Unfit("Invalid OAuth2 response_type")
        scopes = set(query.get("scope", "").split())
        if not scopes or not scopes <= SCOPES:
            raise Unfit("Invalid OAuth2 scope")
        challenge = query.get("code_challenge")
        if challenge is not None and query.get("code_challenge_method") != "S256":
            raise Unfit("Invalid OAuth2 code_challenge_method")
        return Asked(app, query["redirect_uri"], query["scope"], query.get("state"), challenge)

    def agreed(self, asked: Asked, user_id: int) -> str:
        """Where the browser of a person who said yes goes, with a code that works once."""
        code = secrets.token_urlsafe(22)
        self._codes[code] = _Code(asked, user_id, self.state.clock() + CODE_LIFETIME)
        return asked.back(code=code)

    def refused(self, asked: Asked) -> str:
        """Where the browser of a person who said no goes."""
        words = "The resource owner or authorization server denied the request"
        return asked.back(error="access_denied", error_description=words)

    def exchange(self, form: dict[str, str]) -> Json:
        """A token for a code. Raises `OauthError`."""
        app = self._client(form)
        kind = form.get("grant_type")
        if kind != "authorization_code":
            said = f"Grant type {kind} is not supported"
            raise OauthError("unsupported_grant_type", said)
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.asked.app is not app or code.expires <= self.state.clock():
            raise OauthError("invalid_grant", 'Invalid "code" in request.')
        if form.get("redirect_uri") != code.asked.redirect_uri:
            raise OauthError("invalid_grant", 'Invalid "redirect_uri" in request.')
        _must_verify(code.asked.challenge, form.get("code_verifier"))
        return self._granted(code)

    def revoke(self, form: dict[str, str]) -> None:
        """End a token; one that is unknown is no mistake (RFC 7009). Raises `OauthError`."""
        app = self._client(form)
        grant = self.state.grants.get(form.get("token", ""))
        if grant is not None and grant.app_id == app.id:
            del self.state.grants[form["token"]]

    def _granted(self, code: _Code) -> Json:
        token = secrets.token_urlsafe(22)
        scope = code.asked.scope
        self.state.grants[token] = Grant(
            code.asked.app.id,
            code.user_id,
            frozenset(scope.split()),
            self.state.clock() + TOKEN_LIFETIME,
        )
        return {
            "token_type": "Bearer",
            "access_token": token,
            "expires_in": int(TOKEN_LIFETIME.total_seconds()),
            "refresh_token": secrets.token_urlsafe(22),
            "scope": scope,
        }

    def _client(self, form: dict[str, str]) -> App:
        app = self._app(form.get("client_id", ""))
        given = form.get("client_secret", "").encode()
        if app is None or not app.secret or not hmac.compare_digest(app.secret.encode(), given):
            raise OauthError("invalid_client", status=401)
        return app

    def _app(self, client_id: str) -> App | None:
        is_id = client_id.isascii() and client_id.isdigit()
        return self.state.apps.get(int(client_id)) if is_id else None


def s256(verifier: str) -> str:
    """RFC 7636, section 4.2."""
    digest = sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _must_verify(challenge: str | None, verifier: str | None) -> None:
    if challenge is None:
        return
    if not verifier:
        raise OauthError("invalid_request", 'Missing "code_verifier" in request.')
    if not hmac.compare_digest(s256(verifier), challenge):
        raise OauthError("invalid_grant", 'Invalid "code_verifier" in request.')
