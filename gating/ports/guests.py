"""What guest lists need from the outside: where codes and guests are kept, and how codes are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from gating.model import Account, FanId
from gating.model.guests import Guest, GuestCode


class Seal(Protocol):
    """A code as it is kept: a hash with a key that the database does not have."""

    def __call__(self, text: str) -> bytes: ...


class Guests(Protocol):
    """Codes of guest lists, and who entered them."""

    async def must_not_guess(self, by: Account) -> None:
        """Nobody tries two codes at once. Raises `Refused("E-CODETRIES")` after too many."""
        ...

    async def note_wrong(self, by: Account) -> None: ...

    async def add(self, list_: str, seal: bytes, *, places: int, until: datetime) -> GuestCode: ...

    async def in_time(self) -> Sequence[GuestCode]:
        """Every code that is neither over nor stopped; its places may be taken."""
        ...

    async def codes(self, list_: str) -> Sequence[GuestCode]:
        """Every code of the list, the newest first."""
        ...

    async def take(self, number: int) -> bool:
        """Take one place; False where none is left. Of two who take the last one gets it."""
        ...

    async def find(self, fan: FanId, list_: str) -> Guest | None: ...

    async def put(self, fan: FanId, code: GuestCode) -> bool:
        """On the list, by this code; False where the fan stands there already."""
        ...

    async def since(
        self, fans: Iterable[FanId], lists: Iterable[str]
    ) -> Mapping[tuple[FanId, str], datetime]:
        """Who stands on which of these lists, since when."""
        ...

    async def is_guest(self, fan: FanId) -> bool:
        """Whether the fan stands on any list."""
        ...

    async def on(self, list_: str) -> Sequence[Guest]:
        """Everybody who stands on the list, the newest first."""
        ...

    async def take_off(self, fan: FanId, list_: str | None) -> Sequence[Guest]:
        """Take the fan off this list, or off all; those on which the fan stood."""
        ...

    async def stop(self, number: int) -> GuestCode | None:
        """Nobody enters this code any more. None if there is no such code."""
        ...

    async def take_all_off(self, number: int) -> Sequence[Guest]:
        """Take off everybody who entered by this code; who that was."""
        ...
