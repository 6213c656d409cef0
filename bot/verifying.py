"""Check a published record, for whoever has only its folder."""

from pathlib import Path

from gating.model import Address
from governance.adapters.folder import RecordFolder
from governance.adapters.keys import recover
from governance.record.verifier import StepResult, verify_record


def steps_of(folder: Path, club_key: str | None) -> list[StepResult]:
    """Every step of the check, in order. Without `club_key` the record's own word is taken."""
    key = Address(club_key.lower()) if club_key else None
    return verify_record(RecordFolder(folder), recover, club_key=key)
