"""Newer shapes of messages and forms on the local Discord, by unmodified discord.py."""

import io
from collections.abc import AsyncIterator

import discord
import pytest
from discord import ui

from bot.sandbox.discord_server.acting import Cannot
from tests.doors.discord_support import Club, local_club, logged_in, spec_or_skip


class Card(ui.LayoutView):
    """A message made of components only."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        button = ui.Button(label="Listen", custom_id="listen")
        button.callback = self.listen
        box = ui.Container(
            ui.TextDisplay("# Tide"),
            ui.Section("Ten songs", accessory=button),
            ui.Separator(),
            ui.MediaGallery(discord.MediaGalleryItem("attachment://cover.png", description="Sea")),
            accent_colour=0x1F8B4C,
        )
        self.add_item(box)

    async def listen(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Ask())


class Ask(ui.Modal, title="Where shall we play?"):
    hint = ui.TextDisplay("Two answers help us.")
    city = ui.Label(
        text="City",
        component=ui.Select(
            custom_id="city",
            options=[discord.SelectOption(label="Berlin"), discord.SelectOption(label="Lisbon")],
        ),
    )
    friend = ui.Label(text="Friend", component=ui.UserSelect(custom_id="friend", required=False))
    why = ui.Label(
        text="Why", component=ui.TextInput(custom_id="why", required=False, max_length=20)
    )
    song = ui.Label(text="Song", component=ui.FileUpload(custom_id="song", required=False))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        friends = [member.name for member in self.friend.component.values]
        files = [(await file.read()).decode() for file in self.song.component.values]
        said = f"{self.city.component.values} {friends} {self.why.component.value} {files}"
        await interaction.response.send_message(said, ephemeral=True)


@pytest.fixture
async def club() -> AsyncIterator[Club]:
    async with local_club() as club:
        yield club


@pytest.fixture
async def bot(club: Club) -> AsyncIterator[discord.Client]:
    client = discord.Client(intents=discord.Intents.all(), guild_ready_timeout=0.05)
    async with logged_in(client) as ready:
        yield ready


async def send_card(club: Club, bot: discord.Client) -> discord.Message:
    file = discord.File(io.BytesIO(b"picture"), "cover.png")
    return await bot.get_channel(club.lobby).send(view=Card(), file=file)


async def test_a_card_of_components_can_be_read_and_pressed(
    club: Club, bot: discord.Client
) -> None:
    spec = spec_or_skip()
    club.server.observers.append(spec.observe)
    await send_card(club, bot)
    card = await club.fan.sees("Ten songs")
    assert card.text == "# Tide\nTen songs"
    assert card.buttons == ["Listen"]
    gallery = card.components[0]["components"][3]
    assert gallery["items"][0]["media"]["url"].startswith(club.server.state.base_url)
    assert card.attachments == []
    await club.fan.press(card, "Listen")
    await club.fan.submit_modal(city="Lisbon")
    await club.fan.sees("['Lisbon'] []  []")
    assert spec.violations == [], "\n".join(spec.violations)


async def test_a_form_takes_choices_people_texts_and_files(
    club: Club, bot: discord.Client
) -> None:
    await send_card(club, bot)
    await club.fan.press(await club.fan.sees("Ten songs"), "Listen")
    form = club.fan.form()
    assert [f["kind"] for f in form["fields"]] == ["show", "select", "users", "text", "file"]
    assert [f["label"] for f in form["fields"]][1:] == ["City", "Friend", "Why", "Song"]
    with pytest.raises(Cannot, match="Pick 1 to 1"):
        await club.fan.submit_modal(why="x")
    await club.fan.submit_modal(
        city="Berlin", friend="fan", why="closer", song=("demo.txt", b"la la")
    )
    await club.fan.sees("['Berlin'] ['fan'] closer ['la la']")


async def test_components_only_leave_no_room_for_content(club: Club, bot: discord.Client) -> None:
    text = [{"type": 10, "content": "x" * 4001}]
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=club.lobby)
    with pytest.raises(discord.HTTPException, match="50035"):
        await bot.http.request(route, json={"flags": 1 << 15, "components": text})
    body = {"flags": 1 << 15, "content": "beside", "components": [{"type": 10, "content": "x"}]}
    with pytest.raises(discord.HTTPException, match="50035"):
        await bot.http.request(route, json=body)
