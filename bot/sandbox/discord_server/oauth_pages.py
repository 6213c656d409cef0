"""The consent page, and the endpoints where codes become tokens and tokens end.

There is no sign-in here: the page asks as whom this browser is signed in. Every person may be
chosen, as every person of the demo may be played.
"""

from html import escape
from typing import Any

from aiohttp import web

from bot.sandbox.discord_server.oauth import Asked, Oauth, OauthError, Unfit
from bot.sandbox.discord_server.state import User

PAGE = "/oauth2/authorize"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_STYLE = """
:root { color-scheme: light dark; --paper: #f2f3f7; --card: #fff; --ink: #20222a;
  --quiet: #565a68; --line: #767b8c; --accent: #3f51b5; }
@media (prefers-color-scheme: dark) { :root { --paper: #17181d; --card: #22242c; --ink: #f1f2f6;
  --quiet: #b0b4c2; --line: #7f8496; --accent: #a9b4ff; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 32px 16px; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); overflow-wrap: anywhere; }
main { max-width: 26rem; margin: 0 auto; padding: 24px; background: var(--card);
  border-radius: 16px; }
h1 { margin: 0 0 8px; font-size: 1.25rem; line-height: 1.3; }
p { margin: 0 0 16px; color: var(--quiet); }
form { display: grid; gap: 8px; }
button { display: flex; gap: 12px; align-items: center; min-height: 52px; padding: 8px 12px;
  font: inherit; text-align: start; color: var(--ink); background: none; cursor: pointer;
  border: 1px solid var(--line); border-radius: 10px; }
button small { color: var(--quiet); }
button:hover { border-color: var(--ink); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
svg { flex: none; } .no { justify-content: center; margin-top: 8px; }
"""


class OauthPages:
    """The browser's side and the club's side of Discord's OAuth2."""

    def __init__(self, oauth: Oauth) -> None:
        self._oauth = oauth

    def mount(self, app: web.Application) -> None:
        app.router.add_get(PAGE, self._ask)
        app.router.add_post(PAGE, self._answer)
        for base in ("/api", "/api/v10"):
            app.router.add_post(base + "/oauth2/token", self._token)
            app.router.add_post(base + "/oauth2/token/revoke", self._revoke)

    async def _ask(self, request: web.Request) -> web.Response:
        try:
            asked = self._oauth.asked(dict(request.query))
        except Unfit as unfit:
            return _page("This link does not work", f"<p>{escape(str(unfit))}</p>", status=400)
        return _page(f"{asked.app.name} asks who you are", self._choice(asked))

    def _choice(self, asked: Asked) -> str:
        users = self._oauth.state.users.values()
        inside = {m for g in self._oauth.state.guilds.values() for m in g.members}
        people = [user for user in users if user.id in inside and not user.bot]
        return (
            "<p>It will see your username and picture, and nothing else. "
            "As whom are you signed in here?</p>"
            f'<form method="post">{"".join(map(_person, people))}'
            '<button class="no" name="person" value="">Cancel</button></form>'
        )

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            asked = self._oauth.asked(dict(request.query))
        except Unfit as unfit:
            return _page("This link does not work", f"<p>{escape(str(unfit))}</p>", status=400)
        person = str((await request.post()).get("person", ""))
        known = person.isdigit() and int(person) in self._oauth.state.users
        agreed = self._oauth.agreed(asked, int(person)) if known else None
        raise web.HTTPFound(agreed or self._oauth.refused(asked))

    async def _token(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._oauth.exchange(await _form(request)))
        except OauthError as error:
            return web.json_response(error.body, status=error.status)

    async def _revoke(self, request: web.Request) -> web.Response:
        try:
            self._oauth.revoke(await _form(request))
        except OauthError as error:
            return web.json_response(error.body, status=error.status)
        return web.json_response({})


async def _form(request: web.Request) -> dict[str, str]:
    """The form's fields; Discord takes no JSON here."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise OauthError("invalid_request", 'Missing "grant_type" in request.')
    return {name: str(value) for name, value in (await request.post()).items()}


def _person(user: User) -> str:
    color, letter = escape(user.color), escape(user.name[:1].upper())
    picture = (
        '<svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">'
        f'<circle cx="16" cy="16" r="16" fill="{color}"/><text x="16" y="21" fill="#fff" '
        f'font-size="15" text-anchor="middle">{letter}</text></svg>'
    )
    return (
        f'<button name="person" value="{user.id}">{picture}<span>Continue as '
        f"<bdi>{escape(user.name)}</bdi> <small><bdi>@{escape(user.username)}</bdi></small></span>"
        "</button>"
    )


def _page(title: str, body: str, **more: Any) -> web.Response:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return web.Response(text=text, content_type="text/html", headers=headers, **more)
