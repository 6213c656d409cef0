"""Further Discord servers in the club file, and what each role's queue is."""

from pathlib import Path

import pytest

from config.community import Club, read_club
from gating.access.throughput import Throughput
from gating.errors import NeedsPerson
from gating.model import Account, Change, GateId, Platform, Step
from gating.model.entries import Entry, PassChange, Urgency
from gating.model.servers import Servers

CLUB = """\
[club]
name = "Tide Club"

[album]
name = "Tide"
chain_id = 1
contract = "0xA1a1a1a1A1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"

[discord]
guild = 7
[discord.servers]
studio = 8

[[gates]]
id = "holder"
name = "Holder"
discord_roles = [51]
discord_roles_in = { studio = [81, 82] }
"""


def written(folder: Path, text: str) -> Club:
    path = folder / "club.toml"
    path.write_text(text)
    return read_club(path)


def test_a_gate_opens_roles_in_further_servers(tmp_path: Path) -> None:
    club = written(tmp_path, CLUB)
    assert club.discord_servers == {"studio": 8}
    assert [each.target for each in club.gates[0].passes] == ["51", "81", "82"]
    assert club.servers == Servers("7", {"51": "7", "81": "8", "82": "8"})


MISTAKES = {
    "a server that is not named": ("studio = [81", "stage = [81", 18, "is no server of this file"),
    "a server named twice": ("studio = 8", "studio = 8\nstage = 8", 12, "another server"),
    "the club's own server again": ("studio = 8", "studio = 7", 12, "another server"),
    "a role in two servers": ("[81, 82]", "[51]", 18, "stands in another server"),
    "a server that is text": ("studio = 8", 'studio = "x"', 12, "valid integer"),
    "a server's name in capitals": ("studio = 8", "Studio = 8", 12, "pattern"),
    "a role that is text": ("[81, 82]", '["x"]', 18, "valid integer"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_about_servers_is_told_with_its_line(
    tmp_path: Path, mistake: tuple[str, str, int, str]
) -> None:
    right, wrong, line, words = mistake
    assert right in CLUB
    with pytest.raises(NeedsPerson, match="E-CLUBFILE") as told:
        written(tmp_path, CLUB.replace(right, wrong))
    assert words in str(told.value.facts["cause"])
    assert told.value.facts["line"] == line


def opening(target: str, platform: Platform = Platform.DISCORD) -> Entry:
    change = Change(Step.OPEN, Account(platform, "1"), GateId("holder"), target)
    return Entry(PassChange(change, "a test"), Urgency.ADDITION)


def test_each_server_has_a_queue_and_a_role_that_no_gate_opens_waits_in_the_first() -> None:
    servers = Servers("7", {"51": "7", "81": "8"})
    queues = [servers.queue_of(opening(role)) for role in ("51", "81", "99")]
    assert queues == ["discord:7", "discord:8", "discord:7"]
    assert servers.queue_of(opening("-1001", Platform.TELEGRAM)) == "telegram"


class Watch:
    """A clock in the test's hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_how_long_it_takes_is_told_by_what_was_done_lately() -> None:
    watch = Watch()
    pace = Throughput(now=watch)
    assert pace.seconds("discord:7", 30) == 30
    for _ in range(60):
        pace.begins("discord:7")
        watch.at += 0.5
        pace.ends("discord:7", done=True)
    assert pace.seconds("discord:7", 30) == pytest.approx(30 * 40 / 70)
    assert pace.seconds("discord:8", 30) == 30


def test_a_server_that_takes_nothing_is_told_as_slow() -> None:
    watch = Watch()
    pace = Throughput(now=watch)
    pace.begins("discord:7")
    watch.at += 50
    assert pace.seconds("discord:7", 10) == 60


def test_a_rest_is_not_counted_as_slowness() -> None:
    watch = Watch()
    pace = Throughput(now=watch)
    pace.begins("discord:7")
    pace.ends("discord:7", done=True)
    watch.at += 3600
    pace.begins("discord:7")
    assert pace.seconds("discord:7", 10) == 10
