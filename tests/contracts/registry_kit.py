"""The delegate registry in the hands of tests: what vaults say, told or on the local chain."""

from typing import Any

from gating.model import Address, Block
from gating.model.delegation import WHOLE, Delegation, Registry, Rights, Scope
from gating.ports import Transaction
from tests.contracts.access_kit import TIDE

FANCLUB = Rights(b"fanclub".hex().ljust(64, "0"))
OTHER = Rights(b"other".hex().ljust(64, "0"))
REGISTRY = Registry(TIDE.chain_id, Address("0x00000000000000447e69651d841bd8d104bed493"), FANCLUB)


def said(at: Block, vault: Address, hot: Address, **more: Any) -> Delegation:
    """For everything, unless `scope`, `token`, `contract`, `rights` or `off` say else."""
    scope = more.get("scope", Scope.ALL)
    return Delegation(
        block_number=at.number,
        block_hash=at.hash,
        log_index=more.get("log", 0),
        vault=vault,
        hot=hot,
        scope=scope,
        contract=None if scope is Scope.ALL else more.get("contract", TIDE.contract),
        token_id=more.get("token"),
        rights=more.get("rights", WHOLE),
        enabled=not more.get("off", False),
    )


async def heard(tx: Transaction, *words: Delegation, until: int = 100, first: int = 0) -> None:
    await tx.delegations.append(REGISTRY, words, first=first, reached=until)
