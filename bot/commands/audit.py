"""Who or what changed access, for moderators: the last lines in words, all of them as a file."""

import csv
import io
import json
from collections.abc import Sequence

from bot.commands.rights import must_be_moderator
from bot.dialogue import Button, Document, Reply, Request
from bot.services import Services
from bot.texts.words import say, short
from gating.access.trail import query_of
from gating.model.trail_line import TrailLine

SHOWN, EXPORTED = 12, 10_000
LONGEST = 48
"""Letters of a search that a button can carry to the export."""
COLUMNS = ("at", "what", "who", "gate", "why", "block", "outcome", "facts")


async def audit(request: Request, services: Services) -> Reply:
    """The newest lines that fit the words; `audit`, or `audit holder closed 7d @fan`."""
    must_be_moderator(request, services)
    lines = await _found(request, services, SHOWN)
    if not lines:
        return Reply(say("audit.none"))
    listed = "\n".join(_said(line) for line in lines)
    asked = request.argument[:LONGEST]
    files = (Button("As CSV", "audit_csv", asked), Button("As JSON", "audit_json", asked))
    return Reply(say("audit.lines", lines=listed), rows=(files,))


async def as_csv(request: Request, services: Services) -> Reply:
    """Every line that fits, for a table; a cell never begins a formula (OWASP: CSV Injection)."""
    must_be_moderator(request, services)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    table.writerows(
        [_inert(cell) for cell in _cells(line)] for line in await _all(request, services)
    )
    return _file(out.getvalue(), "audit.csv", "text/csv")


async def as_json(request: Request, services: Services) -> Reply:
    """Every line that fits, for programs."""
    must_be_moderator(request, services)
    rows = [
        dict(zip(COLUMNS, _cells(line), strict=True)) for line in await _all(request, services)
    ]
    return _file(json.dumps(rows, indent=1, ensure_ascii=False), "audit.json", "application/json")


async def _all(request: Request, services: Services) -> Sequence[TrailLine]:
    return await _found(request, services, EXPORTED)


async def _found(request: Request, services: Services, most: int) -> Sequence[TrailLine]:
    return await services.backstage.audit_trail.search(
        query_of(request.argument, services.club.gates), most=most
    )


def _cells(line: TrailLine) -> tuple[str, ...]:
    """One line in the order of `COLUMNS`; wallets are shortened, as everywhere for others."""
    facts = {key: short(said) for key, said in line.facts.items()}
    return (
        line.at.isoformat(timespec="seconds"),
        line.what,
        line.who or facts.pop("account", ""),
        facts.pop("gate", ""),
        facts.pop("why", ""),
        str(line.block or ""),
        line.outcome,
        "; ".join(f"{key}={said}" for key, said in sorted(facts.items())),
    )


def _said(line: TrailLine) -> str:
    at, what, who, gate, why, block, outcome, _ = _cells(line)
    about = " ".join(part for part in (who, gate) if part)
    asks = f" asks {line.facts['after']}" if "after" in line.facts else ""
    because = f", {why}" if why else ""
    where = f", block {block}" if block else ""
    end = f" ({outcome})" if outcome else ""
    return f"{at[:16].replace('T', ' ')} {what} {about}{asks}{because}{where}{end}"


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _file(written: str, name: str, kind: str) -> Reply:
    return Reply(say("audit.file"), file=Document(written.encode(), name, kind))
