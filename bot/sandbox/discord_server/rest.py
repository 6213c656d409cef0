"""The REST door: who calls, how often, with what; then one handler; then Discord's answer."""

import asyncio
import json
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from bot.sandbox.discord_server.call import Answer, Call, Core, Route
from bot.sandbox.discord_server.compose import Upload
from bot.sandbox.discord_server.errors import ApiError, bad_json, not_found, unauthorized
from bot.sandbox.discord_server.faults import Faults, RestTrouble
from bot.sandbox.discord_server.limits import Limits, Verdict
from bot.sandbox.discord_server.observers import Exchange, Observer, report
from bot.sandbox.discord_server.state import App, Grant

Json = dict[str, Any]

_FILE_FIELD = re.compile(r"files\[(\d+)\]")
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_token")
_VIA = {"Via": "1.1 google"}


class RestDoor:
    """Turns routes into aiohttp handlers that behave as Discord's edge does."""

    def __init__(
        self, core: Core, limits: Limits, faults: Faults, observers: list[Observer]
    ) -> None:
        self._core = core
        self._limits = limits
        self._faults = faults
        self._observers = observers

    def mount(self, app: web.Application, routes: list[Route]) -> None:
        for route in routes:
            app.router.add_route(route.method, "/api/v10" + route.path, self._serve(route))
        app.router.add_route("*", "/api/{rest:.*}", self._nowhere)

    def _serve(self, route: Route) -> Any:
        async def serve(request: web.Request) -> web.StreamResponse:
            body: Any = None
            trouble = self._faults.for_request(request.path)
            try:
                body, files = await _read_body(request)
                answer, headers = await self._handle(route, request, (body, files), trouble)
            except ApiError as error:
                answer, headers = Answer(error.body(), error.status), {}
            self._limits.count_answer(answer.status)
            report(self._observers, _exchange(route, request, body, answer))
            return _response(answer, headers)

        return serve

    async def _handle(
        self,
        route: Route,
        request: web.Request,
        sent: tuple[Any, tuple[Upload, ...]],
        trouble: RestTrouble,
    ) -> tuple[Answer, dict[str, str]]:
        if trouble.delay:
            await asyncio.sleep(trouble.delay)
        app, grant = self._caller(route, request)
        verdict = self._limits.take(str(app.id), route.method, route.path, _major(request))
        if verdict.wait is not None:
            self._limits.refused += 1
            answer, headers = _too_soon(verdict)
            return answer, self._with_reset(headers)
        if trouble.status is not None:
            return self._broken(trouble.status)
        answer = self._run(route, request, (app, grant), sent)
        if trouble.lose_answer:
            return self._broken(502)
        return answer, self._with_reset(verdict.headers)

    def _run(
        self,
        route: Route,
        request: web.Request,
        caller: tuple[App, Grant | None],
        sent: tuple[Any, tuple[Upload, ...]],
    ) -> Answer:
        reason = request.headers.get("X-Audit-Log-Reason")
        params = dict(request.match_info)
        reason = unquote(reason) if reason else None
        query, (app, grant) = dict(request.query), caller
        call = Call(self._core, app, params, query, sent[0], sent[1], reason, grant)
        try:
            return route.handler(call)
        except ApiError as error:
            return Answer(error.body(), error.status)

    def _caller(self, route: Route, request: web.Request) -> tuple[App, Grant | None]:
        state = self._core.state
        if route.by_token:
            return self._core.interactions.token_owner(dict(request.match_info)), None
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        grant = state.grant(token) if scheme == "Bearer" else None
        if grant is not None and route.scope in grant.scopes:
            return state.apps[grant.app_id], grant
        app = state.app_by_token(token) if scheme == "Bot" else None
        if app is None:
            raise unauthorized()
        return app, None

    def _broken(self, status: int) -> tuple[Answer, dict[str, str]]:
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            everywhere, wait = self._faults.storm_global, self._faults.storm_wait
            return _too_soon(Verdict(wait=wait, everywhere=everywhere))
        words = f"{status}: {HTTPStatus(status).phrase}"
        return Answer({"message": words, "code": 0}, status), {}

    def _with_reset(self, headers: dict[str, str]) -> dict[str, str]:
        """Headers with the moment of the reset too, in seconds since 1970."""
        now = self._core.state.clock().timestamp()
        reset = now + float(headers.get("X-RateLimit-Reset-After", "0"))
        return headers | {"X-RateLimit-Reset": f"{reset:.3f}"}

    async def _nowhere(self, _: web.Request) -> web.StreamResponse:
        error = not_found()
        return _response(Answer(error.body(), error.status), {})


def _too_soon(verdict: Verdict) -> tuple[Answer, dict[str, str]]:
    wait = max(verdict.wait or 0.0, 0.001)
    if verdict.banned:
        return Answer("<html>error code: 1015</html>", 429), {"Retry-After": str(int(wait))}
    body = {
        "message": "You are being rate limited.",
        "retry_after": round(wait, 3),
        "global": verdict.everywhere,
        "code": 0,
    }
    scope = "global" if verdict.everywhere else "user"
    headers = verdict.headers | {"X-RateLimit-Scope": scope, "Retry-After": str(int(wait) + 1)}
    return Answer(body, 429), headers


def _response(answer: Answer, headers: dict[str, str]) -> web.Response:
    if isinstance(answer.body, str):  # the edge's own page: no Via, no JSON
        return web.Response(text=answer.body, status=answer.status, headers=headers)
    if answer.body is None:
        return web.Response(status=answer.status, headers=_VIA | headers)
    return web.Response(
        body=json.dumps(answer.body).encode(),
        status=answer.status,
        content_type="application/json",
        headers=_VIA | headers,
    )


async def _read_body(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    if request.content_type.startswith("multipart/"):
        return await _read_form(request)
    raw = await request.read()
    if not raw:
        return {}, ()
    if request.content_type != "application/json":
        return {}, ()
    return _parse(raw), ()


def _parse(raw: bytes | str) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise bad_json() from error


async def _read_form(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    body: Any = {}
    files: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        match = _FILE_FIELD.fullmatch(part.name or "")
        if part.name == "payload_json":
            body = _parse(await part.text())
        elif match:
            data = bytes(await part.read())
            files.append(Upload(int(match[1]), part.filename or "file", data))
    return body, tuple(files)


def _major(request: web.Request) -> str:
    return "+".join(request.match_info[key] for key in _MAJOR if key in request.match_info)


def _exchange(route: Route, request: web.Request, body: Any, answer: Answer) -> Exchange:
    return Exchange(
        route.method,
        route.path,
        request.path,
        dict(request.query),
        dict(request.headers),
        body if request.can_read_body or request.body_exists else None,
        answer.status,
        answer.body,
    )
