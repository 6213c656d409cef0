"""The demo's wallets. Their mnemonic is public and worthless: never send real money to them."""

from dataclasses import dataclass, field
from functools import cache

from eth_account import Account
from eth_account.messages import encode_defunct

MNEMONIC = "tide tide tide tide tide tide tide tide tide tide tide stadium"
_PATH = "m/44'/60'/0'/0/{}"  # the node derives its unlocked accounts by the same path


@dataclass(frozen=True)
class DemoWallet:
    """A wallet whose key the demo holds: `key` is its short id, `name` what a person reads."""

    key: str
    name: str
    address: str
    private_key: str = field(repr=False)


@cache
def _wallet(index: int, key: str, name: str) -> DemoWallet:
    Account.enable_unaudited_hdwallet_features()
    account = Account.from_mnemonic(MNEMONIC, account_path=_PATH.format(index))
    return DemoWallet(key, name, account.address, account.key.to_0x_hex())


ARTIST = _wallet(0, "artist", "Artist's treasury")
HOLDER = _wallet(1, "holder", "Fan's wallet")
SECOND_HOLDER = _wallet(2, "second_holder", "Second fan's wallet")
NEWCOMER = _wallet(3, "newcomer", "Newcomer's wallet")
MARKET = _wallet(4, "market", "Market")

WALLETS: dict[str, DemoWallet] = {
    wallet.key: wallet for wallet in (HOLDER, SECOND_HOLDER, NEWCOMER, ARTIST, MARKET)
}


def sign_text(wallet: DemoWallet, text: bytes) -> str:
    """What the wallet's `personal_sign` gives for `text` (EIP-191): 65 bytes as 0x-hex."""
    signed = Account.sign_message(encode_defunct(primitive=text), wallet.private_key)
    return str(signed.signature.to_0x_hex())
