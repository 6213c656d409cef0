"""Nothing that a person wrote can ping, link, invite or restyle on Discord (threat CH1)."""

from typing import Any

import pytest

from bot.dialogue import Button, Picture, Reply, Span, Style, Text
from bot.platforms.discord_markup import markdown
from gating.model import Notice, Platform
from gating.model.entries import Post
from tests.doors.discord_stage import open_stage
from tests.doors.door_core import PNG, says

GOLDEN = [
    ("@everyone", "\\@everyone"),
    ("@here", "\\@here"),
    ("<@&1>", "\\<@&1>"),
    ("<@1>", "\\<@1>"),
    ("<#1>", "\\<#1>"),
    ("</c:1>", "\\</c:1>"),
    ("<t:1781287200:R>", "\\<t:1781287200:R>"),
    ("<a:x:1>", "\\<a:x:1>"),
    ("[free copies](https://evil.example)", "\\[free copies\\](https\\://evil.example)"),
    ("<https://evil.example>", "\\<https\\://evil.example>"),
    ("steam://run/1", "steam\\://run/1"),
    ("discord.gg/tide", "discord\\.gg/tide"),
    ("DISCORD.com/invite/tide", "DISCORD\\.com/invite/tide"),
    ("*a* **b** __c__ ~~d~~ ||e||", None),
    ("`a` ```b```", None),
    ("# head\n## head\n-# small\n> quote\n>>> all\n- item\n1. item", None),
    ("\u202egnp.exe\u202c \u200fx\u2066y\u2069\x00\x1b[31m", "gnp.exe xy\\[31m"),
    ("@fan holds #17: 50 %, 1.5 (a-b)", "@fan holds #17: 50 %, 1.5 (a-b)"),
    ("\U0001f468\u200d\U0001f469 \u4eac\u90fd", "\U0001f468\u200d\U0001f469 \u4eac\u90fd"),
    ("\\*a\\*", "\\\\\\*a\\\\\\*"),
]


@pytest.mark.parametrize(("words", "drawn"), [pair for pair in GOLDEN if pair[1] is not None])
def test_ch1_words_of_people_are_drawn_as_letters(words: str, drawn: str) -> None:
    assert markdown((Span(words),)) == drawn


def test_ch1_no_mark_of_markdown_is_left_without_a_backslash() -> None:
    for words, _ in GOLDEN:
        drawn = markdown((Span(words),))
        letters = drawn.replace("\\\\", "")
        for at, letter in enumerate(letters):
            if letter in "*_~|`<[]":
                assert letters[at - 1 : at] == "\\", (words, drawn)


def test_ch1_a_line_cannot_begin_as_a_heading_a_list_or_a_quote() -> None:
    lines = markdown((Span("# a\n### b\n-# c\n> d\n- e\n+ f\n12. g\n2) h"),)).split("\n")
    wanted = ["\\# a", "\\### b", "\\-# c", "\\> d", "\\- e", "\\+ f", "12\\. g", "2\\) h"]
    assert lines == wanted


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ((Span("Tide", Style.BOLD),), "**Tide**"),
        ((Span(" a*b ", Style.BOLD), Span("c")), " **a\\*b** c"),
        ((Span("a", Style.BOLD), Span("b", Style.BOLD)), "**ab**"),
        ((Span("   ", Style.BOLD),), "   "),
        ((Span("0x12*ab_", Style.CODE),), "`0x12*ab_`"),
        ((Span("1781287200", Style.TIME),), "<t:1781287200:f>"),
        ((Span("<@1>", Style.TIME),), "\\<@1>"),
        ((Span("9" * 30, Style.TIME),), "9" * 30),
    ],
)
def test_ch1_styles_are_ours_alone(text: Text, drawn: str) -> None:
    assert markdown(text) == drawn


@pytest.mark.parametrize("words", ["`", "``", "a```b", "`@everyone`", "```js\nx\n```"])
def test_ch1_code_cannot_be_ended_from_within(words: str) -> None:
    drawn = markdown((Span(words, Style.CODE),))
    assert drawn.startswith("``\u200b")
    assert drawn.endswith("\u200b``")
    assert "``" not in drawn[2:-2]
    assert "\n" not in drawn


async def test_ch1_every_payload_allows_no_mention_and_pings_nobody() -> None:
    corpus = " ".join(words for words, _ in GOLDEN)
    async with open_stage() as stage:
        evil = says(corpus, rows=((Button("Again", "vote"),),))
        card = Picture(PNG, corpus)
        everybody = Reply(evil.text, evil.rows, card, private=False)
        stage.core.answers |= {"verify": everybody, "text": evil, "file": evil}
        stage.core.answers["vote"] = Reply(evil.text, picture=card, update=True)
        stage.core.presented["evil"] = everybody
        await stage.fan.command("verify")
        await stage.fan.press(await stage.fan.sees("evil.example"), "Again")
        await stage.fan.send("dm", "hello")
        await stage.door.tell(stage.account, Notice("evil"))
        for key in ("1", "2"):
            post = Post(Platform.DISCORD, "votes", "poll:7", Notice("evil"))
            await stage.door.post(post, key=key)
        assert await stage.fan.until(lambda: len(stage.fan.messages("dm")) == 2)
        said = [_message(body) for body in stage.bodies() if _message(body)]
        assert len(said) >= 6
        assert all(body["allowed_mentions"]["parse"] == [] for body in said)
        assert not any(view.json["mentions_me"] for view in stage.fan.everything())


def _message(body: Any) -> dict[str, Any] | None:
    """The message in a REST body, if it carries one that says something."""
    inner = body.get("data") or body if isinstance(body, dict) else {}
    return inner if isinstance(inner, dict) and ("embeds" in inner or "content" in inner) else None
