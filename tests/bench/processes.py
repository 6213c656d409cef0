"""CPU time of other processes, from the kernel's own books."""

import os
from pathlib import Path


def cpu_of_family(parent: int) -> float:
    """Seconds of CPU that a process, its children, and those of them that ended have had."""
    members = [parent, *_children(parent)]
    ticks = sum(_ticks(member) for member in members)
    return ticks / os.sysconf("SC_CLK_TCK")


def pin_family(parent: int, cores: set[int]) -> None:
    for member in (parent, *_children(parent)):
        os.sched_setaffinity(member, cores)


def _children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(child) for child in listed]


def _ticks(process: int) -> int:
    """proc_pid_stat(5): fields 14 to 17, of which the last two are of children that ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return sum(map(int, fields[11:15]))


def memory_from_now() -> None:
    """Forget how much memory this process had at most (proc_pid_clear_refs(5))."""
    Path("/proc/self/clear_refs").write_text("5")


def greatest_memory() -> float:
    """The most memory that this process had since, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
