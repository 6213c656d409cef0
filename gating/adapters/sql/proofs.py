"""How the proof of a wallet stands in its row."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from gating.adapters.sql.tables import WalletRow
from gating.identity.reproving import ASK_EVERY
from gating.model import Address, FanId, WalletKind
from gating.model.proof import ProvedWallet, WalletProof


def proof_columns(proof: WalletProof, now: datetime) -> dict[str, Any]:
    """A contract wallet is asked again after a while; a key never is."""
    contract = proof.kind is WalletKind.CONTRACT
    return {
        "kind": proof.kind,
        "proof_chain": proof.chain_id,
        "proof_digest": proof.digest if contract else None,
        "proof_signature": proof.signature if contract else None,
        "proof_due": now + ASK_EVERY if contract else None,
    }


def proved_wallet(row: WalletRow) -> ProvedWallet:
    proof = WalletProof(
        WalletKind(row.kind), row.proof_chain, row.proof_digest or b"", row.proof_signature or b""
    )
    return ProvedWallet(FanId(row.fan_id), Address(row.address), proof)


def same_proof(wallet: ProvedWallet) -> tuple[ColumnElement[bool], ...]:
    """Still this fan's, by this very proof: each text has a nonce, so digests never repeat."""
    return (
        col(WalletRow.address) == wallet.address,
        col(WalletRow.fan_id) == wallet.fan,
        col(WalletRow.proof_digest) == wallet.proof.digest,
    )
