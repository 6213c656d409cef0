"""A small club file for tests, and what is said of a wrong one."""

from pathlib import Path

import pytest

from config.community import read_club
from gating.errors import NeedsPerson

ROOT = Path(__file__).resolve().parents[2]
CLUB = """\
[club]
name = "Tide Club"
accent = "#0f6f78"
artists = ["discord:41", "telegram:42"]
moderators = ["discord:43"]

[album]
name = "Tide"
chain_id = 1
contract = "0xA1a1a1a1A1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"

[discord]
guild = 7
[discord.places]
ops = 71

[[gates]]
id = "holder"
name = "Holder"
discord_roles = [51]

[[gates]]
id = "first"
name = "First 100"
lowest = 1
highest = 100
discord_roles = [52]
telegram_chats = [-1001]
"""
STICKERS = """
[[contracts]]
name = "stickers"
kind = "erc1155"
chain = 8453
address = "0x00000000000000000000000000000000000000b2"

"""


@pytest.fixture
def club_file(tmp_path: Path) -> Path:
    path = tmp_path / "club.toml"
    path.write_text(CLUB)
    return path


def complaint_about(path: Path, code: str = "E-CLUBFILE") -> NeedsPerson:
    with pytest.raises(NeedsPerson) as caught:
        read_club(path)
    assert caught.value.code == code
    return caught.value
