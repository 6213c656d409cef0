"""The contracts of the club file: the album, and whatever else rules speak of."""

from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gating.model import Address, Asset, TokenKind
from gating.model.rule import Contract, ContractKind, Ids
from gating.rules.fields import Where, ids_of

ADDRESS = r"^0x[0-9a-fA-F]{40}$"
SHORT_NAME = r"^[a-z0-9-]{1,24}$"
ALBUM = "album"
"""What rules call the club's own album."""
_MOST_DECIMALS = 77
_USUAL_DECIMALS = 18
_HAS_DECIMALS = {ContractKind.ERC20, ContractKind.VOTES}
TOKEN_KINDS = {
    ContractKind.ERC20: TokenKind.ERC20,
    ContractKind.ERC721: TokenKind.ERC721,
    ContractKind.ERC1155: TokenKind.ERC1155,
}
"""Kinds whose transfers are followed; of the others a view is asked."""
_HAS_IDS = {ContractKind.ERC721, ContractKind.ERC1155}


class ContractTable(BaseModel):
    """One `[[contracts]]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=SHORT_NAME)
    kind: ContractKind
    chain: int = Field(gt=0, lt=2**63)
    address: str = Field(pattern=ADDRESS)
    first_block: int = Field(0, ge=0, lt=2**63)
    decimals: int | None = Field(None, ge=0, le=_MOST_DECIMALS)
    tiers: dict[str, str] = {}
    traits: str | None = None

    @field_validator("name")
    @classmethod
    def _not_the_album(cls, name: str) -> str:
        if name == ALBUM:
            raise ValueError("is what rules call the album already; choose another name")
        return name

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> Self:
        if self.decimals is not None and self.kind not in _HAS_DECIMALS:
            raise ValueError(f"{self.name} is of kind {self.kind}, which has no decimals")
        if (self.tiers or self.traits) and self.kind not in _HAS_IDS:
            raise ValueError(f"{self.name} is of kind {self.kind}, which has no tiers or traits")
        return self

    def contract(self, where: Where) -> Contract:
        decimals = _USUAL_DECIMALS if self.decimals is None else self.decimals
        return Contract(
            name=self.name,
            kind=self.kind,
            asset=Asset(
                self.chain,
                Address(self.address.lower()),
                self.name,
                TOKEN_KINDS.get(self.kind, TokenKind.ERC20),
            ),
            decimals=decimals if self.kind in _HAS_DECIMALS else 0,
            first_block=self.first_block,
            tiers=tiers_of(self.tiers, where),
        )


def one_of_each(contracts: Iterable[ContractTable]) -> None:
    """Raises `ValueError` where two have one name, or are the same contract."""
    names: set[str] = set()
    places: dict[tuple[int, str, bool], str] = {}
    for table in contracts:
        if table.name in names:
            raise ValueError(f"two contracts are called {table.name}")
        names.add(table.name)
        place = (table.chain, table.address.lower(), table.kind in TOKEN_KINDS)
        if place in places:
            raise ValueError(f"{places[place]} and {table.name} are the same contract; keep one")
        places[place] = table.name


def tiers_of(tiers: Mapping[str, str], where: Where) -> tuple[tuple[str, Ids], ...]:
    """The named sets of token ids. Raises `RuleMistake`."""
    return tuple((name, ids_of(ids, (*where, "tiers", name))) for name, ids in tiers.items())
