"""What drops need from the outside: their rows, and their files."""

from datetime import datetime
from typing import Protocol

from gating.model import Account, DropId, FanId
from gating.model.drop import Draft, Drop, ListenSession


class Drops(Protocol):
    """Drops, drafts, one-use listening links and listening sessions."""

    async def save_draft(self, draft: Draft) -> None: ...

    async def draft_of(self, account: Account) -> Draft | None: ...

    async def take_draft(self, account: Account) -> Draft | None:
        """The draft, which is gone with this; of two taps one gets it."""
        ...

    async def publish(self, drop: Drop) -> None: ...

    async def get(self, drop: DropId) -> Drop | None: ...

    async def add_ticket(self, token: str, drop: DropId, fan: FanId, until: datetime) -> None: ...

    async def redeem_ticket(self, token: str) -> tuple[DropId, FanId] | None:
        """Works once; None when unknown, used or over its time."""
        ...

    async def open_session(self, token: str, session: ListenSession) -> None: ...

    async def session(self, token: str) -> ListenSession | None: ...


class Content(Protocol):
    """Files by their sha-256. What is read back is what was written, or an error."""

    async def put(self, data: bytes) -> str:
        """Store `data`; its sha-256 in hex."""
        ...

    async def size(self, digest: str) -> int: ...

    async def read(self, digest: str, first: int, length: int) -> bytes: ...
