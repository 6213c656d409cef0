"""What a moderator should know about the electorate before the rules are fixed."""

from dataclasses import dataclass

from gating.model import Address, Asset, Block
from governance.census import census_lines, deciders, merge, top_share, weights
from governance.electorate import owners_of
from governance.model import Power
from governance.ports import Holders, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The electorate at the newest finalized block.

    `power` counts copies, `weight` what all ballots together would weigh. `top_ten` is the share
    of the ten heaviest people in per mille; `deciders` people alone outweigh all others.
    """

    block: Block
    wallets: int
    people: int
    power: int
    weight: int
    top_ten: int
    deciders: int


@dataclass(frozen=True, kw_only=True)
class PreviewElectorate:
    """How a transform (`none`, `cap:N`, `one_per_person`) would spread the weight."""

    store: Store
    holders: Holders
    asset: Asset

    async def __call__(
        self, *, transform: str = "none", minimum: int = 1, exclude: tuple[Address, ...] = ()
    ) -> Preview:
        """Refused (`E-POLLRULES`) for an unknown transform."""
        snapshot = await self.holders.at_snapshot()
        lines = census_lines(snapshot.copies, exclude)
        async with self.store() as tx:
            owners = await owners_of(
                tx.people,
                (line.address for line in lines),
                chain_id=snapshot.block.chain_id,
                delegates=snapshot.delegates,
            )
        people = merge(lines, owners)
        weighed = weights(Power(self.asset, transform, minimum, exclude), people)
        return Preview(
            block=snapshot.block,
            wallets=len(lines),
            people=len(people),
            power=sum(people),
            weight=sum(weighed),
            top_ten=top_share(weighed),
            deciders=deciders(weighed),
        )
