"""How a wallet was proved to be somebody's, and what a check of a signature can answer."""

from dataclasses import dataclass, field

from gating.model import Address, FanId, WalletKind


@dataclass(frozen=True, slots=True)
class WalletProof:
    """What made a wallet believed: its kind, and the chain that the signed text named.

    A key proves itself for good. A contract may change its mind (a new owner), so its digest
    (EIP-191) and signature are kept, to be asked again.
    """

    kind: WalletKind = WalletKind.EOA
    chain_id: int | None = None
    digest: bytes = b""
    signature: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Valid:
    """The wallet signed exactly this text."""

    proof: WalletProof


@dataclass(frozen=True, slots=True)
class Invalid:
    """It did not; `reason` is for the log: `shape`, `key`, `nocode` or `contract`."""

    reason: str


SignatureAnswer = Valid | Invalid


@dataclass(frozen=True, slots=True)
class ProvedWallet:
    """A contract wallet that is due to be asked again whether it still stands by its proof."""

    fan: FanId
    address: Address
    proof: WalletProof
