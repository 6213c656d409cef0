"""The artist posts a drop; a fan presses Listen."""

from bot.commands import buttons
from bot.dialogue import Button, Field, Form, Look, Reply, Request
from bot.services import Services
from bot.texts.words import say
from gating.drops.publish import NOTE_LENGTH, TITLE_LENGTH
from gating.errors import Refused
from gating.model import DropId, Platform
from gating.model.drop import Draft

UPLOAD_MB = {Platform.TELEGRAM: 20, Platform.DISCORD: 10}
"""What a bot may download from a chat (Bot API `getFile`; Discord's default attachment)."""


async def new_drop(request: Request, services: Services) -> Reply:
    _must_be_artist(request, services)
    return Reply(say("drop.howto"))


async def file(request: Request, services: Services) -> Reply:
    """An audio file from the artist becomes a draft, shown as fans would see it."""
    _must_be_artist(request, services)
    sent = request.attachment
    if sent is None or sent.data is None:
        raise Refused("E-FILEBIG", limit=UPLOAD_MB[request.platform])
    draft = await services.prepare_drop(
        request.account, sent.filename, sent.data, request.argument
    )
    return _card(draft)


async def words(request: Request, services: Services) -> Reply:
    """Change title and note of the draft."""
    _must_be_artist(request, services)
    if request.answers:
        draft = await services.revise_draft(
            request.account, title=request.answers["title"], note=request.answers["note"]
        )
        return _card(draft)
    draft = await services.revise_draft(request.account)
    fields = (
        Field(
            "title",
            f"Title (up to {TITLE_LENGTH} letters)",
            default=draft.title,
            longest=TITLE_LENGTH,
        ),
        Field(
            "note",
            f"Note (up to {NOTE_LENGTH} letters)",
            default=draft.note,
            long=True,
            longest=NOTE_LENGTH,
        ),
    )
    return Reply(form=Form("words", "The words of the drop", fields))


async def send(request: Request, services: Services) -> Reply:
    _must_be_artist(request, services)
    drop = await services.send_drop(request.account)
    return Reply(say("drop.sent", title=drop.title), update=True)


async def discard(request: Request, services: Services) -> Reply:
    _must_be_artist(request, services)
    await services.discard_draft(request.account)
    return Reply(say("drop.discarded"), update=True)


async def listen(request: Request, services: Services) -> Reply:
    """A link to the player, for this fan and once."""
    drop_id = DropId(request.argument)
    ticket = await services.start_listening(request.account, drop_id)
    async with services.store() as tx:
        drop = await tx.drops.get(drop_id)
    player = Button(
        "Open the player", url=f"{services.club.address}/listen/{ticket}", look=Look.PRIMARY
    )
    return Reply(say("drop.link", title=drop.title if drop else ""), rows=((player,),))


def _card(draft: Draft) -> Reply:
    return Reply(
        say("drop.draft", title=draft.title, note=draft.note),
        rows=((buttons.SEND, buttons.CHANGE, buttons.DISCARD),),
    )


def _must_be_artist(request: Request, services: Services) -> None:
    if request.account not in services.club.artists:
        raise Refused("E-NOTARTIST")
