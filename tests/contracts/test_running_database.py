"""The database of a running house is looked at, and cannot be written to."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config.database import Database
from config.running_database import running_database
from gating.errors import NeedsPerson


async def test_whoever_only_looks_can_write_nothing(
    access_database: Database, tmp_path: Path
) -> None:
    async with running_database(access_database.url, tmp_path) as found:
        async with found.engine.connect() as link:
            assert (await link.execute(text("SELECT count(*) FROM fan"))).scalar_one() >= 0
        async with found.engine.connect() as link:
            with pytest.raises(DBAPIError, match="read-only transaction"):
                await link.execute(text("DELETE FROM fan"))


async def test_where_no_house_runs_none_is_started(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match="E-NOTRUNNING"):
        async with running_database(None, tmp_path):
            raise AssertionError("it was opened")
    assert os.listdir(tmp_path) == []


async def test_an_embedded_server_that_runs_is_found_and_one_without_our_schema_refused(
    access_database: Database, access_folder: Path
) -> None:
    with pytest.raises(NeedsPerson, match="E-SCHEMA"):
        async with running_database(None, access_folder):
            raise AssertionError("it was opened")
