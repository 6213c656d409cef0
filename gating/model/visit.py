"""A wallet that signs in by itself, to see and unlink its chat accounts."""

from dataclasses import dataclass
from datetime import datetime

from gating.model import Address


@dataclass(frozen=True, slots=True)
class Asked:
    """The exact bytes that a wallet was asked to sign, until when they may be."""

    wallet: Address
    text: bytes
    until: datetime
