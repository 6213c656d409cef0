"""The logs of the delegate registry, as `IDelegateRegistry` of delegate.xyz v2 publishes them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from gating.adapters.rpc import RpcFault
from gating.model import Address
from gating.model.delegation import Delegation, Rights, Scope

DELEGATION_TOPICS: dict[str, Scope] = {
    # keccak256("DelegateAll(address,address,bytes32,bool)")
    "0xda3ef6410e30373a9137f83f9781a8129962b6882532b7c229de2e39de423227": Scope.ALL,
    # keccak256("DelegateContract(address,address,address,bytes32,bool)")
    "0x021be15e24de4afc43cfb5d0ba95ca38e0783571e05c12bbe6aece8842ae82df": Scope.CONTRACT,
    # keccak256("DelegateERC721(address,address,address,uint256,bytes32,bool)")
    "0x15e7a1bdcd507dd632d797d38e60cc5a9c0749b9a63097a215c4d006126825c6": Scope.TOKEN,
}
_WORDS = {Scope.ALL: (3, 2), Scope.CONTRACT: (4, 2), Scope.TOKEN: (4, 3)}
"""How many topics a log has, and how many words of 32 bytes its data."""
_WORD = 64


def delegations_in(logs: Any) -> Sequence[Delegation]:
    """What these logs say, in their order; raises `RpcFault` where one is not of its kind."""
    try:
        return [_delegation(log) for log in logs]
    except (KeyError, TypeError, ValueError) as error:
        raise RpcFault("answered no delegations") from error


def in_order(said: Sequence[Delegation], blocks: range) -> Sequence[Delegation]:
    """The same words; raises `RpcFault` where they are of other blocks, doubled or mixed up."""
    places = [(word.block_number, word.log_index) for word in said]
    if any(later <= earlier for earlier, later in pairwise(places)):
        raise RpcFault("answered delegations out of order")
    if any(number not in blocks for number, _ in places):
        raise RpcFault("answered delegations of other blocks")
    return said


def _delegation(log: dict[str, Any]) -> Delegation:
    kind, *topics = log["topics"]
    scope, words = DELEGATION_TOPICS[kind], _words(log["data"])
    if (1 + len(topics), len(words)) != _WORDS[scope]:
        raise ValueError("a delegation of another shape")
    return Delegation(
        block_number=int(log["blockNumber"], 16),
        block_hash=log["blockHash"],
        log_index=int(log["logIndex"], 16),
        vault=_address(topics[0]),
        hot=_address(topics[1]),
        scope=scope,
        contract=None if scope is Scope.ALL else _address(topics[2]),
        token_id=int(words[0], 16) if scope is Scope.TOKEN else None,
        rights=Rights(words[-2]),
        enabled=int(words[-1], 16) != 0,
    )


def _words(data: str) -> list[str]:
    digits = bytes.fromhex(data.removeprefix("0x")).hex()
    return [digits[at : at + _WORD] for at in range(0, len(digits), _WORD)]


def _address(topic: str) -> Address:
    return Address("0x" + topic[-40:].lower())
