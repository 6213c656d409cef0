"""The code that goes from the page that signed to the chat account it was meant for.

Whoever relays their own link does not have it: it stands in the browser that signed. (IETF
Cross-Device Flows, "request initiation verification"; the chat-side confirmation alone would be
useless, for the attacker owns that chat account.)
"""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import pbkdf2_hmac

from gating.model import Address
from gating.model.link import Link, LinkState, Waiting
from gating.model.proof import WalletProof

CODE_LIFETIME = timedelta(minutes=5)
MOST_TRIES = 5
PROOF_CODE_LENGTH = 6
_ROUNDS = 20_000
"""A stolen row must not give up one of 31**6 codes within its five minutes: some 10 ms a guess."""


def normal(code: str) -> str:
    """The code as it is compared: capitals, without the spaces and dashes people put in."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def pending(link: Link, address: Address, proof: WalletProof, *, code: str, now: datetime) -> Link:
    """The link once a wallet signed and its code was shown; five minutes from now it is over."""
    return replace(
        link,
        state=LinkState.PENDING_CODE,
        challenge=None,
        expires_at=now + CODE_LIFETIME,
        waiting=Waiting(address, kept(link, code), proof),
    )


def tried(link: Link, waiting: Waiting) -> Link:
    """The link once a wrong code was typed; the last one ends it."""
    tries = waiting.tries + 1
    over = tries >= MOST_TRIES
    state = LinkState.DEAD if over else LinkState.PENDING_CODE
    return replace(link, state=state, waiting=replace(waiting, tries=tries))


def is_right(link: Link, waiting: Waiting, code: str) -> bool:
    """Whether this is the code that the page showed, in constant time."""
    return hmac.compare_digest(waiting.code, kept(link, code))


def kept(link: Link, code: str) -> str:
    """The form in which the code is stored: slow to guess, and different for each link."""
    return pbkdf2_hmac("sha256", normal(code).encode(), link.id.encode(), _ROUNDS).hex()
