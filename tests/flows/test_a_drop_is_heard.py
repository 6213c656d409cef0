"""The artist posts a drop from the chat; holders hear it, nobody else does."""

import io
import wave

import pytest

from bot.sandbox.demo import Demo
from tests.flows.house import Browser, Fan, eventually


def a_sound(seconds: int = 1) -> bytes:
    """A short silent WAV file, real in every byte."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\0\0" * 8_000 * seconds)
    return out.getvalue()


@pytest.fixture(scope="module")
def sound() -> bytes:
    return a_sound()


async def test_only_the_artist_can_post_a_drop(fan: Fan, demo: Demo, sound: bytes) -> None:
    bot = demo.town.groups.bot
    await fan.telegram.start(bot)
    await fan.telegram.send_audio(bot, sound, "mine.wav", caption="Not mine to post")
    await fan.telegram.sees(bot, "Only the club's artists can post drops")


async def test_the_artist_sends_a_file_and_both_chats_get_the_drop(
    artist: Fan, fan: Fan, demo: Demo, sound: bytes
) -> None:
    bot = demo.town.groups.bot
    await fan.verify_on_discord()
    await artist.telegram.start(bot)
    caption = "Low Tide\nRecorded at the harbour, at night."
    await artist.telegram.send_audio(bot, sound, "low-tide.wav", caption=caption)
    card = await artist.telegram.sees(bot, "Send it?")
    await artist.telegram.press(card, "Send now")
    posted = await fan.reads("New drop: Low Tide")
    assert "Recorded at the harbour" in posted.text
    await artist.telegram.sees(demo.town.groups.holders, "New drop: Low Tide")


async def test_a_holder_presses_listen_and_hears_the_very_bytes(fan: Fan, sound: bytes) -> None:
    browser = Browser(fan.demo.url)
    player = await open_player(fan, browser)
    status, page = await browser.get(player)
    assert status == 200
    assert "Low Tide" in page
    assert await browser.get_bytes(f"{player}/audio") == (200, sound)


async def test_a_listening_link_that_was_passed_on_opens_nothing(fan: Fan) -> None:
    link = await listen_link(fan)
    mine, theirs = Browser(fan.demo.url), Browser(fan.demo.url)
    _, _, player = await mine.post(link)
    status, _, _ = await theirs.post(link)
    assert status == 403
    status, page = await theirs.get(f"{fan.demo.url}{player}")
    assert status == 403
    assert "belongs to someone else" in page
    assert "Low Tide" not in page
    assert (await theirs.get_bytes(f"{fan.demo.url}{player}/audio"))[0] == 403


async def test_who_holds_no_copy_is_refused_at_the_listen_button(newcomer: Fan) -> None:
    await newcomer.verify_on_discord()
    await newcomer.reads("holds 0 copies")
    drop = await newcomer.reads("New drop: Low Tide")
    await newcomer.discord.press(drop, "Listen")
    await eventually(lambda: newest_says(newcomer, "0 copies"), what="the refusal is read")
    assert "Open the player" not in str(newcomer.discord.messages("drops"))


async def test_a_file_that_is_no_sound_is_refused_and_nothing_is_kept(
    artist: Fan, demo: Demo
) -> None:
    bot = demo.town.groups.bot
    await artist.telegram.send_document(bot, b"<svg onload=alert(1)>", "song.mp3")
    await artist.telegram.sees(bot, "That is not audio that I know")


async def test_two_taps_on_send_publish_once(artist: Fan, fan: Fan, sound: bytes) -> None:
    bot = artist.demo.town.groups.bot
    await artist.telegram.send_audio(bot, sound, "ebb.wav", caption="Ebb")
    card = await artist.telegram.sees(bot, lambda m: "Ebb" in m.text and "Send it?" in m.text)
    first = artist.telegram.press_now(card, "Send now")
    second = artist.telegram.press_now(card, "Send now")
    assert first != second
    await fan.reads("New drop: Ebb")
    await artist.telegram.sees(bot, "There is nothing to send")
    drops = [m for m in fan.discord.messages("drops") if "Ebb" in m.text]
    assert len(drops) == 1


def newest_says(fan: Fan, words: str) -> bool:
    return any(words in message.text for message in fan.discord.messages("drops"))


async def listen_link(fan: Fan) -> str:
    drop = await fan.reads("New drop: Low Tide")
    earlier = {message.id for message in fan.discord.everything()}
    await fan.discord.press(drop, "Listen")
    offered = await fan.reads("Your player for Low Tide", besides=earlier)
    return str(await fan.discord.press(offered, "Open the player"))


async def open_player(fan: Fan, browser: Browser) -> str:
    """Exchange the link for a session; the address of the player."""
    status, _, player = await browser.post(await listen_link(fan))
    assert status == 303
    return f"{fan.demo.url}{player}"
