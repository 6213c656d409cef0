"""How many blocks to ask for at once, learned from what an endpoint answers. Pure."""

import re
from dataclasses import dataclass, replace
from typing import Any, Self

FIRST = 128
"""Blocks of the first request: few enough for a busy contract, soon doubled for a quiet one."""
MOST = 100_000
ENOUGH = 20_000
"""Logs in one answer from which on a longer range is not asked for: some 12 MB."""
CALM = 20
"""Answers after which a limit that was once hit is tried again."""

_CAPPED = re.compile(
    r"more than [\d,]+ results|exceeds? (the )?(max(imum)? )?(limit|block range|number of)"
    r"|exceed maximum block range|(block )?range (is )?too (large|wide|big)"
    r"|too many (results|logs|blocks)"
    r"|limited to (a |0 ?- ?)?[\d,]+|block range|max(imum)? (is |results|range|\[?from)"
    r"|response (size|is too)|too large|size exceeded|query timeout|timed? ?out|reduce",
    re.IGNORECASE,
)


def capped(error: Any) -> bool:
    """Whether a node's error says that a smaller range of blocks would be answered.

    As read from the errors of geth, Infura, Alchemy, QuickNode, Ankr, Cloudflare and others; there
    is no code that they share.
    """
    return isinstance(error, dict) and _CAPPED.search(str(error.get("message", ""))) is not None


@dataclass(frozen=True, slots=True)
class Span:
    """Blocks to ask for at once; never more than `ceiling`, where a provider drew the line."""

    blocks: int = FIRST
    ceiling: int = MOST
    calm: int = 0

    def refused(self) -> Self:
        """Half of it, and for a while no more than that."""
        half = max(1, self.blocks // 2)
        return replace(self, blocks=half, ceiling=half, calm=0)

    def answered(self, logs: int, blocks: int) -> Self:
        """Longer or shorter, after so many logs in so many blocks."""
        if logs > ENOUGH:
            return replace(self, blocks=max(1, self.blocks // 2))
        if blocks < self.blocks:  # the end of what there is tells nothing
            return self
        calm, ceiling = self.calm + 1, self.ceiling
        if calm >= CALM:
            calm, ceiling = 0, min(MOST, ceiling * 2)
        wider = self.blocks * 2 if logs <= ENOUGH // 2 else self.blocks
        return replace(self, blocks=min(wider, ceiling), ceiling=ceiling, calm=calm)
