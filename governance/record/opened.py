"""The five files of a record, read and checked for form before anything is concluded from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from governance.definition import check
from governance.model import (
    CensusLine,
    Definition,
    Hash,
    LogHead,
    LogLine,
    PollId,
    Signed,
    Tally,
)
from governance.ports import Files
from governance.record.canonical import (
    Doc,
    Malformed,
    decode,
    hash32,
    number,
    sha256_text,
    split_lines,
    text_of,
)
from governance.record.documents import (
    census_doc,
    read_census,
    read_signature,
    read_signed,
    signed_doc,
)
from governance.record.log import line_doc, read_line
from governance.record.tally_file import read_tally, tally_doc
from governance.record.writer import (
    BALLOTS,
    CENSUS,
    POLL,
    RECORD,
    TALLY,
    Counted,
    Seal,
    record_doc,
    recount,
)

Value = TypeVar("Value")


class Unreadable(Exception):
    """A file that is missing or is not what its name promises."""


@dataclass(frozen=True)
class Opened:
    """The content of each file; asking for one that cannot be read raises `Unreadable`."""

    files: Mapping[str, bytes | None]

    @classmethod
    def of(cls, files: Files) -> "Opened":
        return cls({name: files.read(name) for name in (POLL, CENSUS, BALLOTS, TALLY, RECORD)})

    def raw(self, name: str) -> bytes:
        data = self.files[name]
        if data is None:
            raise Unreadable(f"{name} is missing.")
        return data

    @cached_property
    def poll(self) -> tuple[Definition, Signed]:
        return self._one(POLL, read_signed, lambda pair: signed_doc(*pair))

    @cached_property
    def census(self) -> list[CensusLine]:
        return self._many(CENSUS, read_census, census_doc)

    @cached_property
    def log(self) -> list[LogLine]:
        return self._many(BALLOTS, read_line, line_doc)

    @cached_property
    def tally(self) -> Tally:
        return self._one(TALLY, read_tally, tally_doc)

    @cached_property
    def record(self) -> tuple[Seal, Signed]:
        return self._one(RECORD, _read_record, lambda pair: record_doc(*pair))

    @cached_property
    def counted(self) -> Counted:
        """The result of counting again, under the poll id that the record names.

        Refused under rules that no poll can have: counting relies on them.
        """
        rules, _ = self.poll
        check(rules)
        return recount(rules, self.record[0].poll, self.census, self.log)

    def _one(
        self, name: str, read: Callable[[Doc], Value], write: Callable[[Value], Doc]
    ) -> Value:
        try:
            return decode(self.raw(name), read, write)
        except Malformed as fault:
            raise Unreadable(f"{name} is damaged: {fault}.") from fault

    def _many(
        self, name: str, read: Callable[[Doc], Value], write: Callable[[Value], Doc]
    ) -> list[Value]:
        values: list[Value] = []
        try:
            for line in split_lines(self.raw(name)):
                values.append(decode(line, read, write))
        except Malformed as fault:
            raise Unreadable(f"{name} is damaged in line {len(values) + 1}: {fault}.") from fault
        return values


def _read_record(doc: Doc) -> tuple[Seal, Signed]:
    files = doc["files"]
    if set(files) != {POLL, CENSUS, BALLOTS, TALLY}:
        raise Malformed("it does not name exactly the four other files")
    seal = Seal(
        poll=PollId(hash32(doc["poll_id"])),
        census_root=Hash(hash32(doc["census_root"])),
        ballots_root=Hash(hash32(doc["ballots_root"])),
        log=LogHead(number(doc["log_size"]), Hash(hash32(doc["log_head"]))),
        tally_sha256=sha256_text(doc["tally_sha256"]),
        closed_at=number(doc["closed_at"], bits=64),
        software=text_of(doc["software"]),
        files={
            name: (sha256_text(entry["sha256"]), number(entry["size"]))
            for name, entry in files.items()
        },
    )
    return seal, read_signature(doc["signatures"][0])
