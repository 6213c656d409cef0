"""What was found, as one line a person can act on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.dialogue import plain
from bot.texts.words import known, say
from gating.errors import Fact, NotDone


class Level(StrEnum):
    """How bad it is. A fault keeps something from working; a warning is worth a look."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `key` is a sentence of `bot/texts`, a code if it is bad."""

    level: Level
    part: str
    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """Level, what was looked at, the code, and the sentence: the cause and what to do."""
        code = f"{self.key}: " if self.level is not Level.OK else ""
        key = self.key if known(self.key) else "E-UNKNOWN"
        words = " ".join(plain(say(key, {"code": self.key, **self.facts})).split())
        return f"{self.level:<8} {self.part:<24} {code}{words}"


def ok(part: str, key: str, /, **facts: Fact) -> Finding:
    return Finding(Level.OK, part, key, facts)


def warning(part: str, key: str, /, **facts: Fact) -> Finding:
    return Finding(Level.WARNING, part, key, facts)


def fault(part: str, key: str, /, **facts: Fact) -> Finding:
    return Finding(Level.FAULT, part, key, facts)


def at_fault(part: str, error: NotDone) -> Finding:
    """What kept us from looking, or what would keep the house from working."""
    return Finding(Level.FAULT, part, error.code, error.facts)


def is_healthy(findings: Iterable[Finding]) -> bool:
    """No fault. Warnings are no illness."""
    return all(finding.level is not Level.FAULT for finding in findings)
