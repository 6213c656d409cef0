"""How long each token has been with a fan, from its transfers. Pure."""

from collections.abc import Iterable, Set

from gating.model import Address, Transfer
from gating.rules.evidence import Stay


def stays_in(transfers: Iterable[Transfer], wallets: Set[Address]) -> dict[int, tuple[Stay, ...]]:
    """Every stay of every token with these wallets together.

    `transfers`: of one asset, in the order of the chain, at least all from or to these wallets.
    Moving between the wallets is no break; a token that left and came back begins anew.
    """
    stays: dict[int, tuple[Stay, ...]] = {}
    for transfer in transfers:
        so_far = stays.get(transfer.token_id, ())
        here = bool(so_far) and so_far[-1].left is None
        comes = transfer.receiver in wallets
        if comes and not here:
            came = Stay(transfer.block_number, transfer.block_time)
            stays[transfer.token_id] = (*so_far, came)
        elif here and not comes:
            stayed = so_far[-1]
            over = Stay(stayed.since, stayed.since_time, transfer.block_number)
            stays[transfer.token_id] = (*so_far[:-1], over)
    return stays
