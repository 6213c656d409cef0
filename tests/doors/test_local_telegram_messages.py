"""Messages and files on the local Telegram, sent by unmodified python-telegram-bot."""

import io
import wave
from collections.abc import AsyncIterator
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    LinkPreviewOptions,
    ReactionTypeEmoji,
    ReplyParameters,
    WebAppInfo,
)
from telegram.error import BadRequest, Forbidden

from bot.sandbox.telegram_server.errors import PersonError
from bot.sandbox.telegram_server.page_view import segments
from bot.sandbox.telegram_server.text import format_text
from bot.sandbox.telegram_server.view import MessageView
from tests.doors.telegram_support import EVERY_KIND, Clock, Stage, open_stage, telegram_bot

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000020000000308020000003688"
    "49d60000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def tone(seconds: int = 1) -> bytes:
    """A silent WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * seconds)
    return buffer.getvalue()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def stage(clock: Clock) -> AsyncIterator[Stage]:
    async with open_stage(clock=clock) as opened:
        await opened.fan.start(opened.bot)
        yield opened


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[Bot]:
    async with telegram_bot(stage.server) as opened:
        yield opened


def last(stage: Stage) -> MessageView:
    return stage.fan.messages(stage.bot)[-1]


async def test_bytes_that_a_fan_sends_come_back_the_same_and_so_do_those_of_the_bot(
    stage: Stage, bot: Bot
) -> None:
    await stage.fan.send_audio(stage.bot, tone(2), "tide.wav", title="Tide", performer="Artist")
    audio = (await bot.get_updates())[-1].message.audio
    assert (audio.duration, audio.title, audio.performer) == (2, "Tide", "Artist")
    file = await bot.get_file(audio)
    assert bytes(await file.download_as_bytearray()) == tone(2)
    sent = await bot.send_document(stage.fan.user_id, tone(3), filename="long.wav")
    assert last(stage).media[0].data == tone(3)
    again = await bot.send_document(stage.fan.user_id, sent.document.file_id)
    assert again.document.file_unique_id == sent.document.file_unique_id


async def test_a_file_over_20_megabytes_cannot_be_fetched(stage: Stage, bot: Bot) -> None:
    big = bytes(20 * 1024 * 1024 + 1)
    await stage.fan.send_document(stage.bot, big, "master.bin")
    document = (await bot.get_updates())[-1].message.document
    with pytest.raises(BadRequest, match="ile is too big"):
        await bot.get_file(document)


async def test_a_file_id_is_no_good_to_another_bot(stage: Stage, bot: Bot) -> None:
    stage.server.add_bot(token="77:other-token", username="other_bot", name="Other")
    await stage.fan.start(77)
    sent = await bot.send_document(stage.fan.user_id, b"words", filename="words.txt")
    other = Bot("77:other-token", base_url=stage.server.base_url)
    async with other:
        with pytest.raises(BadRequest, match="rong file identifier"):
            await other.send_document(stage.fan.user_id, sent.document.file_id)


async def test_protected_content_is_neither_forwarded_nor_copied(stage: Stage, bot: Bot) -> None:
    fan = stage.fan.user_id
    sent = await bot.send_audio(fan, tone(), filename="a.wav", protect_content=True)
    assert sent.has_protected_content
    assert last(stage).protected
    with pytest.raises(BadRequest, match="can't be forwarded"):
        await bot.forward_message(stage.group, fan, sent.message_id)
    with pytest.raises(BadRequest, match="can't be copied"):
        await bot.copy_message(stage.group, fan, sent.message_id)
    with pytest.raises(PersonError, match="can't be forwarded"):
        await stage.fan.forward(stage.bot, sent.message_id, stage.bot)
    free = await bot.send_message(fan, "free")
    forwarded = await bot.forward_message(stage.group, fan, free.message_id)
    assert forwarded.forward_origin.sender_user.id == stage.bot


async def test_a_blocked_bot_cannot_write_and_is_told_of_the_block(stage: Stage, bot: Bot) -> None:
    sent = await bot.send_message(stage.fan.user_id, "hello")
    stage.fan.block(stage.bot)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await sent.edit_text("hello?")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(stage.fan.user_id, "hello?")
    await stage.fan.start(stage.bot)
    told = [each.my_chat_member for each in await bot.get_updates() if each.my_chat_member]
    now = [each.new_chat_member.status for each in told if each.chat.type == "private"]
    assert now == ["kicked", "member"]
    await bot.send_message(stage.fan.user_id, "hello!")


async def test_the_same_text_again_is_no_edit(stage: Stage, bot: Bot) -> None:
    sent = await bot.send_message(stage.fan.user_id, "<b>Counted</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="essage is not modified"):
        await sent.edit_text("<b>Counted</b>", parse_mode="HTML")
    await sent.edit_text("Counted")
    assert last(stage).entities == ()


async def test_a_persons_edit_arrives_as_edited_message(stage: Stage, bot: Bot) -> None:
    number = await stage.fan.send(stage.bot, "Berln")
    await stage.fan.edit(stage.bot, number, "Berlin")
    edited = (await bot.get_updates())[-1].edited_message
    assert (edited.message_id, edited.text) == (number, "Berlin")
    assert edited.edit_date is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é</b>", "Unexpected end tag at byte offset 2"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("a <b", "Unclosed start tag at byte offset 2"),
    ],
)
async def test_broken_html_is_refused_with_the_place(
    stage: Stage, bot: Bot, text: str, words: str
) -> None:
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(stage.fan.user_id, text, parse_mode="HTML")
    assert caught.value.message.lower() == f"can't parse entities: {words}".lower()


async def test_html_marks_count_in_utf16_units_and_nest(stage: Stage, bot: Bot) -> None:
    text = (
        '😀 <b>a <i>é</i></b> &lt;&amp;&#39;&gt; <a href="https://tide.example/?a=1&amp;b=2">x</a>'
    )
    sent = await bot.send_message(stage.fan.user_id, text, parse_mode="HTML")
    assert sent.text == "😀 a é <&'> x"
    marks = [(each.type, each.offset, each.length, each.url) for each in sent.entities]
    assert marks == [
        ("bold", 3, 3, None),
        ("italic", 5, 1, None),
        ("text_link", 12, 1, "https://tide.example/?a=1&b=2"),
    ]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
def test_any_text_escaped_for_html_arrives_as_it_was(text: str) -> None:
    shown, _ = format_text(f"<b>{escape(text)}</b>", "HTML", None)
    assert shown == text.strip()


@given(st.text(st.sampled_from("a😀é<b>*_[]()/@# .&\n"), max_size=40))
def test_the_pieces_of_a_text_make_up_the_text(text: str) -> None:
    shown, entities = format_text(text, "", None)
    assert "".join(piece["text"] for piece in segments(shown, entities)) == shown


async def test_markdown_v2_wants_reserved_characters_escaped(stage: Stage, bot: Bot) -> None:
    fan = stage.fan.user_id
    sent = await bot.send_message(fan, "*bold* `code` \\#17\\.", parse_mode="MarkdownV2")
    assert (sent.text, len(sent.entities)) == ("bold code #17.", 2)
    with pytest.raises(BadRequest, match=r"haracter '\.' is reserved and must be escaped"):
        await bot.send_message(fan, "end.", parse_mode="MarkdownV2")


async def test_limits_of_texts_captions_and_buttons(stage: Stage, bot: Bot) -> None:
    fan = stage.fan.user_id
    await bot.send_message(fan, "a" * 4096)
    with pytest.raises(BadRequest, match="essage is too long"):
        await bot.send_message(fan, "a" * 4097)
    with pytest.raises(BadRequest, match="essage text is empty"):
        await bot.send_message(fan, " ")
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(fan, PNG, caption="a" * 1025)
    wide = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="é" * 32)]])
    await bot.send_message(fan, "64 bytes", reply_markup=wide)
    wider = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="é" * 32 + "a")]])
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(fan, "65 bytes", reply_markup=wider)


async def test_a_mini_app_button_is_for_private_chats_and_https(stage: Stage, bot: Bot) -> None:
    def button(url: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup([[InlineKeyboardButton("Play", web_app=WebAppInfo(url))]])

    with pytest.raises(BadRequest, match="Button_type_invalid"):
        await bot.send_message(stage.group, "x", reply_markup=button("https://tide.example"))
    with pytest.raises(BadRequest, match="only https links are allowed"):
        await bot.send_message(stage.fan.user_id, "x", reply_markup=button("http://tide.example"))


async def test_a_press_gets_one_answer_and_not_for_ever(
    stage: Stage, bot: Bot, clock: Clock
) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
    await bot.send_message(stage.fan.user_id, "Ready?", reply_markup=buttons)
    stage.fan.press_now(last(stage), "Go")
    stage.fan.press_now(last(stage), "Go")
    first, second = [each.callback_query for each in await bot.get_updates()][-2:]
    with pytest.raises(BadRequest, match="Message_too_long"):
        await first.answer("a" * 201)
    await first.answer("a" * 200)
    with pytest.raises(BadRequest, match="uery is too old"):
        await first.answer("again")
    clock.forward(60)
    with pytest.raises(BadRequest, match="uery is too old"):
        await second.answer("late")


async def test_deleted_messages_are_gone_for_everybody(stage: Stage, bot: Bot) -> None:
    sent = [await bot.send_message(stage.fan.user_id, text) for text in "abc"]
    await bot.delete_message(stage.fan.user_id, sent[0].message_id)
    with pytest.raises(BadRequest, match="essage to delete not found"):
        await sent[0].delete()
    await bot.delete_messages(stage.fan.user_id, [each.message_id for each in sent])
    assert [each.text for each in stage.fan.messages(stage.bot)] == ["/start"]
    with pytest.raises(BadRequest, match="essage to edit not found"):
        await sent[1].edit_text("x")


async def test_an_album_arrives_as_one(stage: Stage, bot: Bot) -> None:
    tracks = [InputMediaAudio(tone(), filename=f"{n}.wav", title=f"{n}") for n in (1, 2)]
    sent = await bot.send_media_group(stage.fan.user_id, tracks, caption="Tide")
    assert len({each.media_group_id for each in sent}) == 1
    assert [each.audio.title for each in sent] == ["1", "2"]
    assert sent[0].caption == "Tide"


async def test_photos_replies_pins_previews_and_reactions(stage: Stage, bot: Bot) -> None:
    fan = stage.fan.user_id
    photo = await bot.send_photo(fan, PNG, caption="<i>cover</i>", parse_mode="HTML")
    assert (photo.photo[-1].width, photo.photo[-1].height) == (2, 3)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(fan, b"no picture")
    reply = await bot.send_message(
        fan,
        "https://tide.example",
        reply_parameters=ReplyParameters(photo.message_id),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert reply.reply_to_message.message_id == photo.message_id
    assert not last(stage).preview
    with pytest.raises(BadRequest, match="essage to be replied not found"):
        await bot.send_message(fan, "x", reply_parameters=ReplyParameters(99999))
    post = await bot.send_message(stage.group, "Vote now")
    await bot.pin_chat_message(stage.group, post.message_id)
    assert (await bot.get_chat(stage.group)).pinned_message.text == "Vote now"
    await bot.set_message_reaction(fan, photo.message_id, "👍")
    await bot.get_updates(allowed_updates=EVERY_KIND, timeout=0)
    await stage.owner.react(stage.group, post.message_id, "🔥")
    reaction = (await bot.get_updates())[-1].message_reaction
    assert reaction.new_reaction == (ReactionTypeEmoji("🔥"),)


async def test_a_channel_speaks_for_itself(stage: Stage, bot: Bot) -> None:
    channel = stage.server.add_channel("Tide News", owner=stage.owner.user_id)
    stage.server.make_admin(channel, stage.bot, can_invite_users=True)
    with pytest.raises(BadRequest, match="eed administrator rights in the channel chat"):
        await bot.send_message(channel, "Out now")
    stage.server.make_admin(channel, stage.bot, can_post_messages=True)
    sent = await bot.send_message(channel, "Out now")
    assert (sent.sender_chat.id, sent.from_user) == (channel, None)
    await stage.owner.send(channel, "Listen")
    assert (await bot.get_updates())[-1].channel_post.text == "Listen"


async def test_a_person_cannot_write_where_they_are_not(stage: Stage) -> None:
    with pytest.raises(PersonError):
        await stage.fan.send(stage.group, "let me in")
    assert stage.fan.messages(stage.group) == []
