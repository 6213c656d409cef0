"""Which of a fan's wallets count on a chain."""

from collections.abc import Iterable

from gating.model import Address, FanId, Wallet, WalletKind


def counted_on(wallets: Iterable[Wallet], chain_id: int) -> tuple[Address, ...]:
    """The wallets whose holdings on this chain are the fan's.

    A key has the same address on every chain. A contract counts only where it was proved: at its
    address on another chain somebody else may have put theirs.
    """
    return tuple(wallet.address for wallet in wallets if _counts(wallet, chain_id))


def owners_on(linked: Iterable[tuple[FanId, Wallet]], chain_id: int) -> dict[Address, FanId]:
    """Whose each wallet is, of those that count on this chain."""
    return {wallet.address: fan for fan, wallet in linked if _counts(wallet, chain_id)}


def _counts(wallet: Wallet, chain_id: int) -> bool:
    return wallet.kind is WalletKind.EOA or wallet.proof_chain == chain_id
