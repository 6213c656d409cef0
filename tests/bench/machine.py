"""On what a measurement was taken, and how its values lie."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path


def describe() -> str:
    """Cores, processor, load and Python of this machine."""
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{cores} cores ({_processor()}), load {load:.1f}, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"


def at(share: float, values: Sequence[float]) -> float:
    """The value below which this share of them lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, round(share * len(ordered) + 0.5) - 1) if share < 1 else -1]


def spread(name: str, values: Sequence[float]) -> str:
    """One line: how many values, p50, p95, p99 and the greatest, in seconds."""
    shares = " ".join(f"p{share}={at(share / 100, values):.3f}s" for share in (50, 95, 99))
    return f"{name}: n={len(values)} {shares} max={max(values):.3f}s"
