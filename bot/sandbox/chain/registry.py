"""The delegate registry on the local chain, at the address where delegate.xyz v2 is published."""

from eth_utils.address import to_checksum_address

from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.chain.transactions import as_hex, call_data, code_of, send, settle_one
from bot.sandbox.chain.wallets import DemoWallet

REGISTRY = to_checksum_address("0x00000000000000447e69651d841bd8d104bed493")
"""delegate.xyz v2, the same on every chain."""
WHOLE = bytes(32)
"""Empty rights: the hot wallet may do everything that a delegate may."""


async def place_registry(chain: LocalChain) -> None:
    """Put our contract under the published interface at the published address."""
    code = as_hex(code_of("DelegateRegistry", "runtime"))
    await chain.call("anvil_setCode", REGISTRY, code)


async def delegate_all(
    chain: LocalChain, vault: DemoWallet, to: str, *, rights: bytes = WHOLE, enable: bool = True
) -> int:
    """Everything that the vault holds, or no more (`enable` false); returns the block."""
    return await _say(
        chain, vault, call_data("delegateAll(address,bytes32,bool)", to, rights, enable)
    )


async def delegate_contract(
    chain: LocalChain,
    vault: DemoWallet,
    to: str,
    contract: str,
    *,
    rights: bytes = WHOLE,
    enable: bool = True,
) -> int:
    """What the vault holds of one contract; returns the block."""
    signature = "delegateContract(address,address,bytes32,bool)"
    return await _say(chain, vault, call_data(signature, to, contract, rights, enable))


async def delegate_copy(
    chain: LocalChain,
    vault: DemoWallet,
    to: str,
    copy: tuple[str, int],
    *,
    rights: bytes = WHOLE,
    enable: bool = True,
) -> int:
    """One copy, given as contract and number; returns the block."""
    signature = "delegateERC721(address,address,uint256,bytes32,bool)"
    return await _say(chain, vault, call_data(signature, to, *copy, rights, enable))


async def _say(chain: LocalChain, vault: DemoWallet, data: bytes) -> int:
    return await settle_one(chain, await send(chain, vault, data, to=REGISTRY))
