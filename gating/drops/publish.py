"""From an artist's file in a chat to a drop that holders can hear."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gating.errors import Refused
from gating.model import Account, DropId, GateId, Notice, Platform
from gating.model.drop import Draft, Drop, Track
from gating.model.entries import Entry, Post, Urgency
from gating.ports import Clock, Randomness, Store, Wake
from gating.ports.drops import Content

TITLE_LENGTH = 80
NOTE_LENGTH = 600
DROPS = "drops"
_SOUNDS = {
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"fLaC": "audio/flac",
    b"OggS": "audio/ogg",
    b"RIFF": "audio/wav",
}


def sniff(data: bytes) -> str:
    """The media type by the first bytes; what the sender says is not trusted.

    Raises `Refused`: E-FILEEMPTY, E-FILETYPE.
    """
    if not data:
        raise Refused("E-FILEEMPTY")
    if data[4:8] == b"ftyp":
        return "audio/mp4"
    for magic, media_type in _SOUNDS.items():
        if data.startswith(magic) and (magic != b"RIFF" or data[8:12] == b"WAVE"):
            return media_type
    raise Refused("E-FILETYPE")


def tidy(text: str, longest: int) -> str:
    """Printable text on as many lines as it had, cut at `longest` characters."""
    kept = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    return kept.strip()[:longest]


@dataclass(frozen=True, kw_only=True)
class PrepareDrop:
    """Keep the artist's file and words as a draft. One draft per account; a new one replaces it.

    The caption's first line is the title and the rest the note; without one the file's name
    stands in. Raises `Refused` as `sniff` does.
    """

    store: Store
    content: Content

    async def __call__(self, account: Account, filename: str, data: bytes, caption: str) -> Draft:
        media_type = sniff(data)
        digest = await self.content.put(data)
        title, _, note = caption.strip().partition("\n")
        stem = filename.rpartition(".")[0] or filename
        draft = Draft(
            account=account,
            track=Track(digest, tidy(filename, 100), media_type, len(data)),
            title=tidy(title or stem.replace("_", " "), TITLE_LENGTH),
            note=tidy(note, NOTE_LENGTH),
        )
        async with self.store() as tx:
            await tx.drops.save_draft(draft)
        return draft


@dataclass(frozen=True, kw_only=True)
class ReviseDraft:
    """Change the words of the draft. Raises `Refused("E-NODRAFT")`."""

    store: Store

    async def __call__(
        self, account: Account, *, title: str | None = None, note: str | None = None
    ) -> Draft:
        async with self.store() as tx:
            draft = await tx.drops.draft_of(account)
            if draft is None:
                raise Refused("E-NODRAFT")
            revised = replace(
                draft,
                title=tidy(title, TITLE_LENGTH) or draft.title if title else draft.title,
                note=draft.note if note is None else tidy(note, NOTE_LENGTH),
            )
            await tx.drops.save_draft(revised)
        return revised


@dataclass(frozen=True, kw_only=True)
class DiscardDraft:
    """Throw the draft away; nothing was sent."""

    store: Store

    async def __call__(self, account: Account) -> None:
        async with self.store() as tx:
            await tx.drops.take_draft(account)


@dataclass(frozen=True, kw_only=True)
class SendDrop:
    """Publish the draft to every platform, once: a second tap finds no draft any more.

    Raises `Refused("E-NODRAFT")`.
    """

    store: Store
    clock: Clock
    random: Randomness
    gate: GateId
    platforms: Sequence[Platform]
    wake: Wake

    async def __call__(self, account: Account) -> Drop:
        async with self.store() as tx:
            draft = await tx.drops.take_draft(account)
            if draft is None:
                raise Refused("E-NODRAFT")
            drop = self._published(draft)
            await tx.drops.publish(drop)
            await tx.outbox.add(*(self._post(platform, drop) for platform in self.platforms))
        await self.wake()
        return drop

    def _published(self, draft: Draft) -> Drop:
        return Drop(
            id=DropId(self.random.new_id()),
            title=draft.title,
            note=draft.note,
            track=draft.track,
            gate=self.gate,
            published_at=self.clock(),
        )

    def _post(self, platform: Platform, drop: Drop) -> Entry:
        notice = Notice("drop.new", {"drop": drop.id})
        return Entry(Post(platform, DROPS, f"drop:{drop.id}", notice), Urgency.NEWS)
