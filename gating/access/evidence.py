"""The evidence that the house has of a fan today: the album's holdings, and who the fan is."""

from collections.abc import Mapping, Sequence
from typing import Any

from gating.model import Asset, Block, Fan, Holding, Reading, Unknown
from gating.rules.evidence import Accounts, Balance, Balances, Evidence, HeldNow, Linkage, Need

NOT_READ = "E-NOTREADY"
NOT_FINAL = "E-NOTFINAL"


def who(fan: Fan) -> Mapping[Need[Any], Any]:
    """What is known of a fan without a chain."""
    platforms = frozenset(account.platform for account in fan.accounts)
    return {Linkage(): fan.addresses, Accounts(): platforms}


def evidence_of(
    reading: Reading, asset: Asset, others: Mapping[Need[Any], Any]
) -> tuple[Evidence, Evidence]:
    """At the settled block and at the final one.

    `others`: what does not come from the reading. While the chain is silent nothing is known of
    the album; while a copy of the fan's is on the move, nothing final.
    """
    settled = _held(reading, reading.settled, reading.at_settled)
    final = Unknown(NOT_FINAL) if reading.moving else None
    return (
        Evidence({**others, HeldNow(asset): settled}, reading.settled),
        Evidence(
            {**others, HeldNow(asset): final or _held(reading, reading.final, reading.at_final)},
            reading.final,
        ),
    )


def _held(reading: Reading, at: Block | None, holdings: Sequence[Holding]) -> Balances | Unknown:
    if reading.silent:
        return Unknown(reading.silent)
    if at is None:
        return Unknown(NOT_READ)
    final = reading.final is not None and at.number <= reading.final.number
    return Balances(at, tuple([_balance(holding) for holding in holdings]), final)


def _balance(holding: Holding) -> Balance:
    return Balance(holding.wallet, len(holding.copies), holding.copies)
