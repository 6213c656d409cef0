"""What can go wrong on the way, switched on by tests and by the demo's fault panel."""

from dataclasses import dataclass, field


@dataclass
class Faults:
    """Each fault is a count of requests still to be spoiled, or a setting that stays."""

    fail_next: list[int] = field(default_factory=list)
    """Status codes (500, 502) for the next requests, one each, getUpdates not counted."""
    lose_answers: int = 0
    """Carry out this many requests, then answer 502: the bot cannot know that it worked."""
    delay: float = 0.0
    """Seconds added before every answer, getUpdates not counted."""
    flood_next: int = 0
    """429 for this many requests."""
    flood_retry_after: int = 1
    """Seconds that those 429 name."""
    drop_polls: int = 0
    """Cut this many getUpdates connections without an answer."""
    duplicate_updates: int = 0
    """Hand out this many updates a second time, with the same update_id."""
    reorder_updates: bool = False
    """Hand out each batch of updates in the reverse order."""
    only_methods: frozenset[str] = frozenset()
    """If not empty, fail_next, lose_answers, flood_next and delay strike only these methods."""

    def strikes(self, method: str) -> bool:
        """Whether requests for `method` may be spoiled."""
        if self.only_methods:
            return method in self.only_methods
        return method != "getUpdates"

    def take(self, name: str) -> bool:
        """Use up one of a counted fault; false when none is left."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0
