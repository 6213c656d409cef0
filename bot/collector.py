"""How often Python looks for cycles of dead values.

The house makes many small frozen values that no cycle holds, and looking at all of them again and
again cost a third of the pass over everybody.
"""

import gc

NEW_VALUES = 50_000
"""Containers made and not yet freed, after which the youngest are looked at (Python: 700)."""


def look_seldom() -> None:
    """For the whole process; called once when the house begins to run."""
    gc.set_threshold(NEW_VALUES, 10, 10)
