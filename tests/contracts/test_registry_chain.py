"""Our delegate registry on a real node: the published interface, and how it is followed."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from eth_abi.abi import decode
from eth_utils.crypto import keccak

from bot.sandbox.chain import contracts
from bot.sandbox.chain.album import Album, deploy_album, sell_copy
from bot.sandbox.chain.anvil import ChainSettings, LocalChain
from bot.sandbox.chain.registry import (
    REGISTRY,
    delegate_all,
    delegate_contract,
    delegate_copy,
    place_registry,
)
from bot.sandbox.chain.transactions import as_hex, call_data, send, settle_one
from bot.sandbox.chain.wallets import NEWCOMER, SECOND_HOLDER, DemoWallet
from gating.access.closing import CloseDue
from gating.access.everyone import RefreshEveryone
from gating.access.refresh import RefreshAccess
from gating.adapters.chain_rpc import RpcChain
from gating.adapters.delegation_logs import DELEGATION_TOPICS, delegations_in
from gating.adapters.rpc import RpcFault, RpcNode
from gating.errors import TryLater
from gating.holdings.delegations import FollowDelegations
from gating.holdings.follow import FollowChain
from gating.model import Address, Asset, Gate, Pass, Platform
from gating.model.delegation import WHOLE, Registry, Scope
from gating.model.ending import Limits
from gating.model.proof import WalletProof
from tests.contracts.access_kit import FAN, HOLDER, ROLE, Town, account
from tests.contracts.index_kit import following
from tests.contracts.registry_kit import FANCLUB
from tests.rule_kit import holds

CHAIN = 31337
VAULT, HOT = SECOND_HOLDER, NEWCOMER  # the vault holds #310
RIGHT = b"fanclub".ljust(32, b"\0")
PUBLISHED = {
    "multicall(bytes[])": "0xac9650d8",
    "delegateAll(address,bytes32,bool)": "0x30ff3140",
    "delegateContract(address,address,bytes32,bool)": "0xd90e73ab",
    "delegateERC721(address,address,uint256,bytes32,bool)": "0xb18e2bbb",
    "delegateERC20(address,address,bytes32,uint256)": "0x003c2ba6",
    "delegateERC1155(address,address,uint256,bytes32,uint256)": "0xab764683",
    "checkDelegateForAll(address,address,bytes32)": "0xe839bd53",
    "checkDelegateForContract(address,address,address,bytes32)": "0x8988eea9",
    "checkDelegateForERC721(address,address,address,uint256,bytes32)": "0xb9f36874",
    "checkDelegateForERC20(address,address,address,bytes32)": "0xba63c817",
    "checkDelegateForERC1155(address,address,address,uint256,bytes32)": "0xb8705875",
    "getIncomingDelegations(address)": "0x42f87c25",
    "getOutgoingDelegations(address)": "0x51525e9a",
    "getIncomingDelegationHashes(address)": "0x063182a5",
    "getOutgoingDelegationHashes(address)": "0x01a920a0",
    "getDelegationsFromHashes(bytes32[])": "0x4705ed38",
}
"""The functions of delegate.xyz v2, `IDelegateRegistry`, with their selectors."""
EVENTS = {
    "DelegateAll(address,address,bytes32,bool)": (
        "0xda3ef6410e30373a9137f83f9781a8129962b6882532b7c229de2e39de423227"
    ),
    "DelegateContract(address,address,address,bytes32,bool)": (
        "0x021be15e24de4afc43cfb5d0ba95ca38e0783571e05c12bbe6aece8842ae82df"
    ),
    "DelegateERC721(address,address,address,uint256,bytes32,bool)": (
        "0x15e7a1bdcd507dd632d797d38e60cc5a9c0749b9a63097a215c4d006126825c6"
    ),
    "DelegateERC20(address,address,address,bytes32,uint256)": (
        "0x6ebd000dfc4dc9df04f723f827bae7694230795e8f22ed4af438e074cc982d18"
    ),
    "DelegateERC1155(address,address,address,uint256,bytes32,uint256)": (
        "0x27ab1adc9bca76301ed7a691320766dfa4b4b1aa32c9e05cf789611be7f8c75f"
    ),
}
_DELEGATION = "(uint8,address,address,bytes32,address,uint256,uint256)[]"


@dataclass
class Place:
    """The chain with album and registry, and the house that follows it."""

    chain: LocalChain
    album: Album
    http: aiohttp.ClientSession
    town: Town
    node: RpcNode | None = None

    @property
    def asset(self) -> Asset:
        return Asset(CHAIN, Address(self.album.address.lower()), "Tide")

    @property
    def registry(self) -> Registry:
        return Registry(CHAIN, Address(REGISTRY.lower()), FANCLUB)

    @property
    def reader(self) -> RpcChain:
        return RpcChain(self.node or RpcNode(self.http, [self.chain.rpc_url], CHAIN))

    async def follow(self) -> None:
        """One step of the chain, and one look at what is due; the gate gives no grace."""
        step = self.step
        if (await step()).everyone:
            await RefreshEveryone(store=step.store, refresh=step.refresh)()
        limits = Limits(fans=20, percent=5, few=3)
        await CloseDue(
            store=step.store,
            refresh=step.refresh,
            limits=limits,
            platforms=(Platform.DISCORD,),
            clock=self.town.clock,
        )()

    @property
    def step(self) -> FollowChain:
        gate = Gate(
            HOLDER,
            "Holder",
            holds(self.asset),
            (Pass(HOLDER, Platform.DISCORD, ROLE, "Holder"),),
        )
        store = self.town.store
        return replace(
            following(self.town, self.reader, {self.asset: 0}),
            depth=2,
            refresh=RefreshAccess(
                store=store, asset=self.asset, gates=(gate,), wake=nothing, registry=self.registry
            ),
            beside=FollowDelegations(chain=self.reader, store=store, registry=self.registry),
        )

    async def a_fan(self, number: int, wallet: DemoWallet) -> None:
        async with self.town.store() as tx:
            fan = await tx.people.enrol(account(number), FAN)
            address = Address(wallet.address.lower())
            assert await tx.people.add_wallet(fan.id, address, WalletProof())

    async def steps(self) -> list[str]:
        rows = await self.town.rows(
            "SELECT act->>'step' FROM outbox WHERE act->>'kind' = 'pass' ORDER BY id"
        )
        return [str(step) for (step,) in rows]

    async def asks(self, signature: str, answer: str, *values: object) -> Any:
        asked = {"to": REGISTRY, "data": as_hex(call_data(signature, *values))}
        said = await self.chain.call("eth_call", asked, "latest")
        return decode([answer], bytes.fromhex(said[2:]))[0]


async def nothing() -> None:
    """Nobody is woken."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chain(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalChain]:
    async with LocalChain(ChainSettings(folder=tmp_path_factory.mktemp("registry"))) as chain:
        await place_registry(chain)
        yield chain


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def album(chain: LocalChain) -> Album:
    album = await deploy_album(chain)
    await chain.mine(5)
    return album


@pytest_asyncio.fixture(loop_scope="session")
async def place(chain: LocalChain, album: Album, town: Town) -> AsyncIterator[Place]:
    """The chain as it was, after each test."""
    kept = await chain.call("evm_snapshot")
    async with aiohttp.ClientSession() as http:
        yield Place(chain, album, http, town)
    await chain.call("evm_revert", kept)


def test_sw15_functions_and_events_are_those_that_delegate_xyz_publishes() -> None:
    artefact = json.loads((Path(contracts.__file__).parent / "DelegateRegistry.json").read_text())
    ours: dict[str, set[str]] = {"function": set(), "event": set(), "error": set()}
    for part in artefact["abi"]:
        types = ",".join(each["type"] for each in part["inputs"])
        ours[part["type"]].add(f"{part['name']}({types})")
    assert ours == {
        "function": set(PUBLISHED),
        "event": set(EVENTS),
        "error": {"MulticallFailed()"},
    }
    for signature, selector in PUBLISHED.items():
        assert "0x" + keccak(text=signature)[:4].hex() == selector
        assert selector[2:].lstrip("0") in artefact["runtime"]
    for signature, topic in EVENTS.items():
        assert "0x" + keccak(text=signature).hex() == topic
        assert topic[2:] in artefact["runtime"]
    assert set(DELEGATION_TOPICS) <= set(EVENTS.values())


async def test_sw15_the_contract_answers_as_the_registry_does(place: Place) -> None:
    chain, copy = place.chain, (place.album.address, 310)
    check = "checkDelegateForERC721(address,address,address,uint256,bytes32)"
    await delegate_copy(chain, VAULT, HOT.address, copy, rights=RIGHT)
    for rights, valid in ((RIGHT, True), (bytes(32), False), (b"other".ljust(32, b"\0"), False)):
        asked = (HOT.address, VAULT.address, *copy, rights)
        assert await place.asks(check, "bool", *asked) is valid
    await delegate_all(chain, VAULT, HOT.address)
    assert await place.asks(check, "bool", HOT.address, VAULT.address, *copy, bytes(32))
    incoming = await place.asks("getIncomingDelegations(address)", _DELEGATION, HOT.address)
    assert [(each[0], each[5]) for each in incoming] == [(3, 310), (1, 0)]
    await delegate_copy(chain, VAULT, HOT.address, copy, rights=RIGHT, enable=False)
    outgoing = await place.asks("getOutgoingDelegations(address)", _DELEGATION, VAULT.address)
    assert [each[0] for each in outgoing] == [1]


async def test_sw15_amounts_of_erc20_and_erc1155_are_kept_and_set_back_by_zero(
    place: Place,
) -> None:
    token = place.album.address
    give = "delegateERC20(address,address,bytes32,uint256)"
    check = "checkDelegateForERC20(address,address,address,bytes32)"
    for amount in (7, 0):
        data = call_data(give, HOT.address, token, bytes(32), amount)
        await settle_one(place.chain, await send(place.chain, VAULT, data, to=REGISTRY))
        asked = (HOT.address, VAULT.address, token, RIGHT)
        assert await place.asks(check, "uint256", *asked) == amount


async def test_sw15_several_words_in_one_transaction_are_read_in_their_order(
    place: Place,
) -> None:
    data = [
        call_data("delegateAll(address,bytes32,bool)", HOT.address, bytes(32), True),
        call_data("delegateAll(address,bytes32,bool)", HOT.address, RIGHT, False),
    ]
    batch = call_data("multicall(bytes[])", data)
    number = await settle_one(place.chain, await send(place.chain, VAULT, batch, to=REGISTRY))
    said = await place.reader.delegations(place.registry, number, await place.reader.head())
    assert [(each.log_index, each.rights, each.enabled) for each in said] == [
        (0, WHOLE, True),
        (1, FANCLUB, False),
    ]


async def test_sw15_what_a_vault_said_is_read_from_the_logs(place: Place) -> None:
    chain, contract = place.chain, place.album.address
    first = await delegate_all(chain, VAULT, HOT.address)
    await delegate_contract(chain, VAULT, HOT.address, contract, rights=RIGHT)
    await delegate_copy(chain, VAULT, HOT.address, (contract, 310), enable=False)
    said = await place.reader.delegations(place.registry, first, await place.reader.head())
    assert {(each.vault, each.hot) for each in said} == {
        (VAULT.address.lower(), HOT.address.lower())
    }
    assert [
        (each.scope, each.contract, each.token_id, each.rights, each.enabled) for each in said
    ] == [
        (Scope.ALL, None, None, WHOLE, True),
        (Scope.CONTRACT, contract.lower(), None, FANCLUB, True),
        (Scope.TOKEN, contract.lower(), 310, WHOLE, False),
    ]


@pytest.mark.parametrize(
    "log",
    [
        None,
        {},
        {"topics": ["0x" + "00" * 32], "data": "0x"},
        {"topics": [next(iter(DELEGATION_TOPICS)), "0x00", "0x00"], "data": "0x00"},
        {"topics": [next(iter(DELEGATION_TOPICS))], "data": "0x" + "00" * 64},
    ],
)
def test_a_log_that_is_no_delegation_is_no_answer_and_not_no(log: object) -> None:
    with pytest.raises(RpcFault):
        delegations_in([log])


async def test_sw15_a_delegation_opens_once_settled_and_its_end_closes_once_final(
    place: Place,
) -> None:
    chain, follow = place.chain, place.follow
    await place.a_fan(1, HOT)
    await follow()
    await delegate_all(chain, VAULT, HOT.address, rights=RIGHT)
    await follow()
    assert await place.steps() == []
    await chain.mine(3)
    await follow()
    assert await place.steps() == ["open"]
    await delegate_all(chain, VAULT, HOT.address, rights=RIGHT, enable=False)
    await follow()
    assert await place.steps() == ["open"]
    await chain.mine(6)
    await follow()
    assert await place.steps() == ["open", "close"]


async def test_sw15_what_the_vault_sells_its_hot_wallet_loses(place: Place) -> None:
    chain, follow = place.chain, place.follow
    await place.a_fan(1, HOT)
    await delegate_all(chain, VAULT, HOT.address)
    await chain.mine(3)
    await follow()
    assert await place.steps() == ["open"]
    await sell_copy(chain, place.album, 310, VAULT)
    await chain.mine(6)
    await follow()
    assert await place.steps() == ["open", "close"]


async def test_sw15_a_registry_that_cannot_be_read_is_silence_and_closes_nothing(
    place: Place,
) -> None:
    chain, follow = place.chain, place.follow
    await place.a_fan(1, HOT)
    await delegate_all(chain, VAULT, HOT.address)
    await chain.mine(6)
    await follow()
    assert await place.steps() == ["open"]

    class Deaf(RpcChain):
        async def delegations(self, *asked: object) -> Any:
            raise TryLater("E-CHAINDOWN")

    deaf = Deaf(RpcNode(place.http, [chain.rpc_url], CHAIN))
    away = FollowDelegations(chain=deaf, store=place.town.store, registry=place.registry)
    await delegate_all(chain, VAULT, HOT.address, enable=False)
    await chain.mine(6)
    with pytest.raises(TryLater, match="E-CHAINDOWN"):
        await replace(place.step, beside=away)()
    async with place.town.store() as tx:
        assert (await tx.ledger.reading(place.asset, ())).silent == "E-CHAINDOWN"
    assert await place.steps() == ["open"]


async def test_sw15_who_links_the_vault_later_takes_its_copy_from_the_hot_wallets_fan(
    place: Place,
) -> None:
    chain, follow = place.chain, place.follow
    await place.a_fan(1, HOT)
    await delegate_all(chain, VAULT, HOT.address)
    await chain.mine(6)
    await follow()
    assert await place.steps() == ["open"]
    await place.a_fan(2, VAULT)
    async with place.town.store() as tx:
        await tx.delegations.changed_hands([Address(VAULT.address.lower())])
    await follow()
    assert await place.steps() == ["open", "close"]


async def test_sw15_a_reorganisation_takes_back_a_delegation_and_what_it_opened(
    place: Place,
) -> None:
    # the last test of this file: the node cannot be set back across a reorganisation
    chain, follow = place.chain, place.follow
    await place.a_fan(1, HOT)
    await chain.mine(5)
    await follow()
    await delegate_all(chain, VAULT, HOT.address)
    await chain.mine(1)
    await follow()
    rows = "SELECT count(*) FROM delegation"
    assert await place.town.rows(rows) == [(1,)]
    await chain.reorg(3)
    await chain.mine(6)
    await follow()
    assert await place.town.rows(rows) == [(0,)]
    assert await place.steps() == ["open", "close"]
