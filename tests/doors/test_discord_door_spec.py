"""Everything that the Discord door says is held against Discord's own description."""

from bot.dialogue import Button, Field, Form, Picture, Reply, Span
from gating.model import Notice, Platform
from gating.model.entries import Post
from tests.doors.discord_stage import closed_stage
from tests.doors.discord_support import spec_or_skip
from tests.doors.door_core import PNG, running, says

FORM = Form("drop", "New drop", (Field("title", "Title?", "Of the album", "Tide", long=True),))


async def test_every_request_of_the_door_is_one_that_discord_describes() -> None:
    spec = spec_or_skip()
    async with closed_stage() as stage:
        stage.server.observers.append(spec.observe)
        card = Picture(PNG, "Berlin 388 votes, 38 percent")
        rows = ((Button("Next", "vote", "1"), Button("Open", url="https://club.example")),)
        stage.core.answers |= {
            "verify": Reply((Span("Results"),), rows, card),
            "vote": Reply((Span("More"),), rows, card, update=True),
            "note": Reply(form=FORM),
            "drop": says("Saved"),
            "text": says("Hello"),
        }
        async with running(stage.door):
            await stage.fan.command("verify")
            await stage.fan.press(await stage.fan.sees("Results"), "Next")
            await stage.fan.command("note")
            await stage.fan.submit_modal(title="Tide")
            await stage.fan.send("dm", "hello")
            await stage.fan.sees("Hello")
            await stage.door.open(stage.account, stage.target, "holds #17")
            await stage.door.close(stage.account, stage.target, "sold #17")
            await stage.door.tell(stage.account, Notice("Done"))
            for key in ("1", "2"):
                post = Post(Platform.DISCORD, "votes", "poll:7", Notice("Where?"))
                await stage.door.post(post, key=key)
    assert spec.violations == []
    assert len(spec.seen) >= 9
