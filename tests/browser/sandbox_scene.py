"""A lively evening at Tide Club, for the tests and for the picture of the page."""

from typing import Any

from tests.browser.sandbox_pictures import cover, preview
from tests.browser.sandbox_stage import Stage

Json = dict[str, Any]


async def play_scene(stage: Stage) -> None:
    """Posts, buttons, files and talk in both chats, with bots that answer presses."""
    _answer_discord(stage)
    await _post_discord(stage)
    await _register_commands(stage)
    await _talk_discord(stage)
    await _answer_telegram(stage)
    await _post_telegram(stage)


def row(*components: Json) -> Json:
    """Discord's action row."""
    return {"type": 1, "components": list(components)}


def button(label: str, custom_id: str, style: int = 2) -> Json:
    """Discord's button; style 1 is the primary one."""
    return {"type": 2, "label": label, "custom_id": custom_id, "style": style}


def said(content: str, *rows: Json, private: bool = True) -> Json:
    """An interaction's answer with a message."""
    data = {"content": content, "components": list(rows), "flags": 64 if private else 0}
    return {"type": 4, "data": data}


WELCOME = {
    "content": (
        "**Welcome to Tide Club.** Holders get the album in studio quality, votes and early "
        "tickets. You sign a message - it costs nothing and can move nothing."
    ),
    "components": [
        row(
            button("Verify my copy", "verify", 1),
            button("I have no wallet", "nowallet"),
            button("Is this the real bot?", "real"),
        )
    ],
}
DROP = {
    "content": "**Low Water** is out for holders. The demo from the harbour, now finished.",
    "components": [
        row(
            button("Listen in full", "listen", 1),
            button("Notes", "note"),
            button("Remind me later", "later"),
        )
    ],
}
CITIES = [
    {"label": "Berlin", "value": "berlin", "description": "212 people"},
    {"label": "Lisbon", "value": "lisbon", "description": "190 people"},
]
VOTE = {
    "embeds": [
        {
            "title": "Where should we play?",
            "color": 0x3FA27E,
            "description": "Snapshot <t:1763834400:f>. You may change your vote until it closes.",
            "fields": [
                {"name": "1 Berlin", "value": "388 votes", "inline": True},
                {"name": "2 Lisbon", "value": "341 votes", "inline": True},
            ],
            "footer": {"text": "block 21 334 010 - 0x9a..7f"},
        }
    ],
    "components": [
        row(
            {
                "type": 3,
                "custom_id": "city",
                "placeholder": "Choose a city",
                "options": CITIES,
            }
        ),
        row(button("Why is my weight 2?", "why")),
    ],
}
FORM = {
    "title": "Your note",
    "custom_id": "note-form",
    "components": [
        {
            "type": 18,
            "label": "Note to the artist",
            "component": {"type": 4, "custom_id": "text", "style": 2, "max_length": 300},
        }
    ],
}
QUESTION = {"type": 3, "name": "question", "description": "What is it about?", "required": True}
COMMANDS = [
    {"name": "verify", "description": "Show your copy"},
    {"name": "me", "description": "What your copies open"},
    {"name": "ask", "description": "Ask the moderators", "options": [QUESTION]},
]


def _answer_discord(stage: Stage) -> None:
    page = {"type": 2, "style": 5, "label": "Open page", "url": f"{stage.url}/sign"}
    link = "Open this page on the device that has your wallet. It is valid for **10 minutes**."
    stage.discord_bot.answers = {
        "verify": said(link, row(page, button("Use my code: 4F7-K2", "code"))),
        "note": {"type": 9, "data": FORM},
        "note-form": said("Thank you, the artist reads it tonight."),
        "city": said("Counted: **Berlin**, 2 votes."),
        "me": said("You hold **#17** (first 100) and **#204**."),
        "ask": said("Passed on to the moderators.", private=False),
    }


async def _post_discord(stage: Stage) -> None:
    bot, channels = stage.discord_bot, stage.channels
    await bot.post(channels["start-here"], WELCOME)
    await bot.post(
        channels["listening-room"],
        DROP,
        ("low-water.png", cover(), "image/png", "A low sun over four bands of dark water"),
        ("preview.wav", preview(), "audio/wav", "Low Water, 60 second preview"),
    )
    await bot.post(channels["votes"], VOTE)


async def _register_commands(stage: Stage) -> None:
    bot = stage.discord_bot
    app = (await bot.call("GET", "oauth2/applications/@me"))["id"]
    await bot.call("PUT", f"applications/{app}/guilds/{stage.guild}/commands", COMMANDS)


async def _talk_discord(stage: Stage) -> None:
    room = stage.channels["listening-room"]
    for key, text in (
        ("artist", "Headphones on for the last minute, please."),
        ("fan", "that bass at 2:10... #17 was worth it"),
        ("second", "Could we get the *instrumental* as well?"),
    ):
        person = stage.discord.person(int(stage.people[key].discord_id), stage.guild)
        await person.send(room, text)


async def _answer_telegram(stage: Stage) -> None:
    bot = stage.telegram_bot
    verify = {"command": "verify", "description": "Show your copy"}
    votes = {"command": "votes", "description": "Open votes"}
    await bot.call("setMyCommands", commands=[verify, votes])

    async def answer(update: Json) -> None:
        if query := update.get("callback_query"):
            alert = query["data"] == "why"
            text = "You hold two copies." if alert else "Counted: Berlin, 2 votes."
            await bot.call(
                "answerCallbackQuery", callback_query_id=query["id"], text=text, show_alert=alert
            )

    bot.on_update = answer


def _key(text: str, data: str) -> Json:
    return {"text": text, "callback_data": data}


async def _post_telegram(stage: Stage) -> None:
    bot, fan = stage.telegram_bot, stage.people["fan"].telegram_id
    me = (await bot.call("getMe"))["id"]
    person = stage.telegram.person(fan)
    await person.start(me, "")
    page = {"text": "Show my copy", "url": f"{stage.url}/sign"}
    await bot.call(
        "sendMessage",
        chat_id=fan,
        parse_mode="HTML",
        text="<b>Welcome to Tide Club.</b>\nShow your copy - free, one minute. Nothing moves.",
        reply_markup={"inline_keyboard": [[page], [_key("What is this?", "what")]]},
    )
    about: Json = {"title": "Low Water", "performer": "Tide", "duration": 61}
    about |= {"caption": "60 second preview", "protect_content": "true"}
    await bot.send_file(
        "sendAudio", "audio", "low-water.wav", preview(), chat_id=str(fan), **about
    )
    await person.send(me, "that bass! when do you play Berlin?")
    cities = [_key("Berlin", "berlin"), _key("Lisbon", "lisbon")]
    await bot.call(
        "sendMessage",
        chat_id=fan,
        parse_mode="HTML",
        text="<b>Where should we play?</b>\nYou have 2 votes (held on 12 June, 18:00).",
        reply_markup={"inline_keyboard": [cities, [_key("Why is my weight 2?", "why")]]},
    )
    note = {"chat_id": str(stage.news), "caption": "Low Water is out for holders tonight."}
    await bot.send_file("sendPhoto", "photo", "cover.png", cover(), **note)
    second = stage.telegram.person(stage.people["second"].telegram_id)
    await second.send(stage.group, "Who is coming to the harbour on Friday?")
