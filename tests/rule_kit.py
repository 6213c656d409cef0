"""Rules for tests that are not about rules."""

from gating.model import Asset
from gating.model.rule import MOST, Contract, ContractKind, Holds, Ids, Rule, TokenIds, Wanted


def album(asset: Asset) -> Contract:
    """The club's own album, as rules name it."""
    return Contract("album", ContractKind.ERC721, asset)


def holds(
    asset: Asset, at_least: int = 1, lowest: int | None = None, highest: int | None = None
) -> Rule:
    """So many copies; with a range, of these numbers."""
    if lowest is None and highest is None:
        return Holds(album(asset), Wanted(at_least))
    ids = Ids(((lowest or 0, MOST if highest is None else highest),))
    return TokenIds(album(asset), ids, Wanted(at_least))
