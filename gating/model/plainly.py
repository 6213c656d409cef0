"""Values as JSON has them, for a file that a person takes home."""

from datetime import datetime
from typing import Any


def plainly(value: Any) -> Any:
    """Times in ISO 8601 (UTC), bytes in hex, whole numbers beyond 2**53 as text."""
    match value:
        case datetime():
            return value.isoformat()
        case bytes():
            return "0x" + value.hex()
        case bool():
            return value
        case int() if abs(value) >= SAFE:
            return str(value)
    return value


SAFE = 2**53
"""From here on readers of JSON that use floats lose digits (RFC 8259, 6)."""
