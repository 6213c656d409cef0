"""Two tiny bots over the raw protocols: they answer as told, for the page is what is tested."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from bot import tasks

Json = dict[str, Any]


class DiscordBot:
    """Posts by REST and answers interactions: `answers` maps a custom_id or command to a reply."""

    def __init__(self, http: aiohttp.ClientSession, *, api: str, gateway: str, token: str) -> None:
        self._http = http
        self._api = api
        self._gateway = gateway
        self._headers = {"Authorization": f"Bot {token}"}
        self._token = token
        self.answers: dict[str, Json] = {}
        self.heard: list[Json] = []

    async def start(self, stack: Callable[..., None]) -> None:
        """Connect; the line is closed by what `stack` collects."""
        socket = await self._http.ws_connect(f"{self._gateway}?v=10&encoding=json")
        about = {
            "token": self._token,
            "intents": 0b1000000000000001,
            "properties": {"os": "linux"},
        }
        await socket.send_json({"op": 2, "d": about})
        while (await socket.receive_json())["t"] != "READY":
            pass
        stack(tasks.stop, tasks.start("scripted discord bot", self._listen(socket)))

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            event = json.loads(frame.data)
            if event["t"] == "INTERACTION_CREATE":
                await self._answer(event["d"])

    async def _answer(self, interaction: Json) -> None:
        self.heard.append(interaction)
        data = interaction["data"]
        reply = self.answers.get(data.get("custom_id") or data.get("name"), {"type": 6})
        await self.call(
            "POST", f"interactions/{interaction['id']}/{interaction['token']}/callback", reply
        )

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """One REST call; fails the test if it is refused."""
        url = f"{self._api}/{path}"
        async with self._http.request(method, url, json=body, headers=self._headers) as answer:
            text = await answer.text()
            assert answer.status < 300, f"{method} {path}: {answer.status} {text}"
            return json.loads(text) if text else None

    async def post(self, channel: int, body: Json, *files: tuple[str, bytes, str, str]) -> str:
        """A message; files are (name, bytes, type, alt text). Gives its id."""
        if not files:
            return str((await self.call("POST", f"channels/{channel}/messages", body))["id"])
        body = body | {
            "attachments": [
                {"id": index, "filename": name, "description": alt}
                for index, (name, _, _, alt) in enumerate(files)
            ]
        }
        form = aiohttp.FormData()
        form.add_field("payload_json", json.dumps(body), content_type="application/json")
        for index, (name, data, kind, _) in enumerate(files):
            form.add_field(f"files[{index}]", data, filename=name, content_type=kind)
        url = f"{self._api}/channels/{channel}/messages"
        async with self._http.post(url, data=form, headers=self._headers) as answer:
            said = await answer.json()
            assert answer.status < 300, said
            return str(said["id"])


class TelegramBot:
    """Sends by the Bot API and answers updates by `on_update`."""

    def __init__(self, http: aiohttp.ClientSession, *, base: str, token: str) -> None:
        self._http = http
        self._url = f"{base}{token}"
        self.on_update: Callable[[Json], Awaitable[None]] | None = None

    async def start(self, stack: Callable[..., None]) -> None:
        """Poll until what `stack` collects ends it."""
        stack(tasks.stop, tasks.start("scripted telegram bot", self._poll()))

    async def _poll(self) -> None:
        offset = 0
        wanted = ["message", "callback_query", "chat_join_request"]
        while True:
            updates = await self.call(
                "getUpdates", offset=offset, timeout=20, allowed_updates=wanted
            )
            for update in updates:
                offset = update["update_id"] + 1
                if self.on_update:
                    await self.on_update(update)

    async def call(self, method: str, **fields: Any) -> Any:
        """One method; fails the test if it is refused."""
        async with self._http.post(f"{self._url}/{method}", json=fields) as answer:
            said = await answer.json()
            assert said["ok"], f"{method}: {said}"
            return said["result"]

    async def send_file(
        self, method: str, part: str, name: str, data: bytes, **fields: Any
    ) -> Any:
        """sendPhoto, sendAudio and the like with bytes."""
        form = aiohttp.FormData()
        for key, value in fields.items():
            form.add_field(key, value if isinstance(value, str) else json.dumps(value))
        form.add_field(part, data, filename=name)
        async with self._http.post(f"{self._url}/{method}", data=form) as answer:
            said = await answer.json()
            assert said["ok"], f"{method}: {said}"
            return said["result"]
