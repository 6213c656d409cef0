"""An address as a person typed it or a wallet told it."""

import re

from eth_utils.address import is_checksum_address

from gating.errors import Refused
from gating.model import Address

_ADDRESS = re.compile(r"0x([0-9a-fA-F]{40})")


def typed_address(sent: str) -> Address:
    """The address in lower case. Capitals among small letters are a check sum (EIP-55).

    Raises `Refused("E-ADDRESS")` for anything else, and where the check sum does not fit.
    """
    found = _ADDRESS.fullmatch(sent)
    if found is None or _is_misspelt(sent, found[1]):
        raise Refused("E-ADDRESS")
    return Address(sent.lower())


def _is_misspelt(sent: str, digits: str) -> bool:
    mixed = digits not in {digits.lower(), digits.upper()}
    return mixed and not is_checksum_address(sent)
