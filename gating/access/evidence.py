"""The evidence that the house has of a fan: the album's holdings, who the fan is, and the rest."""

from collections.abc import Mapping, Sequence
from typing import Any

from gating.model import Asset, Block, Fan, Holding, Reading, Unknown
from gating.rules.evidence import Accounts, Balance, Balances, Evidence, HeldNow, Linkage, Need

NOT_READY = "E-NOTREADY"
NOT_FINAL = "E-NOTFINAL"
Pieces = Mapping[Need[Any], Any]
_NO_MORE: tuple[Pieces, Pieces] = ({}, {})


def who(fan: Fan) -> Pieces:
    """What is known of a fan without a chain."""
    platforms = frozenset(account.platform for account in fan.accounts)
    return {Linkage(): fan.addresses, Accounts(): platforms}


def evidence_of(
    reading: Reading, asset: Asset, others: Pieces, looked: tuple[Pieces, Pieces] = _NO_MORE
) -> tuple[Evidence, Evidence]:
    """At the settled block and at the final one.

    `others`: what is the same at both; `looked`: what else was looked up, at each of them.
    """
    settled, final = held_now(reading)
    return (
        Evidence({**others, **looked[0], HeldNow(asset): settled}, reading.settled),
        Evidence({**others, **looked[1], HeldNow(asset): final}, reading.final),
    )


def held_now(reading: Reading) -> tuple[Balances | Unknown, Balances | Unknown]:
    """What is held at the settled block and at the final one.

    While the chain is silent nothing is known; while something is on the move, nothing final.
    """
    settled = _held(reading, reading.settled, reading.at_settled)
    if reading.moving:
        return settled, Unknown(NOT_FINAL)
    return settled, _held(reading, reading.final, reading.at_final)


def _held(reading: Reading, at: Block | None, holdings: Sequence[Holding]) -> Balances | Unknown:
    if reading.silent:
        return Unknown(reading.silent)
    if at is None:
        return Unknown(NOT_READY)
    final = reading.final is not None and at.number <= reading.final.number
    return Balances(at, tuple([balance_of(holding) for holding in holdings]), final)


def balance_of(holding: Holding) -> Balance:
    """A holding as rules count it; an ERC-20 has an amount and no ids."""
    if not holding.amounts:
        return Balance(holding.wallet, len(holding.copies), holding.copies)
    units = dict(holding.amounts) if holding.copies else {}
    return Balance(holding.wallet, holding.balance, holding.copies, units)
