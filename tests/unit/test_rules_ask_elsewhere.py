"""A rule may not ask for what the club's own gates open, nor where the club is not."""

from pathlib import Path

from config.community import read_rule
from tests.unit.test_rule_text import club_of, told

SERVER = "[discord]\nguild = 7\n"
OPENS = """\
[[gates]]
id = "patrons"
name = "Patrons"
rule = { holds = "album" }
discord_roles = [51]
telegram_chats = [-1001]
"""
ASKS = """
[[gates]]
id = "again"
name = "Again"
rule = { any = [ { holds = "album" },
    { not = { role_elsewhere = "discord", id = 51 } } ] }
"""


def test_a_rule_that_asks_for_what_a_gate_opens_is_told_with_the_gate(tmp_path: Path) -> None:
    itself = OPENS.replace('holds = "album"', 'role_elsewhere = "telegram", id = -1001')
    for blocks, way in (
        ((OPENS, ASKS), "gates.1.rule.any.1.not.id"),
        ((itself,), "gates.0.rule.id"),
    ):
        facts = told(lambda blocks=blocks: club_of(tmp_path, SERVER, *blocks))
        assert str(facts["what"]).startswith(f"{way} is what the gate patrons opens")


def test_a_rule_from_the_chat_may_not_ask_for_what_a_gate_opens_either(tmp_path: Path) -> None:
    club = club_of(tmp_path, SERVER, OPENS)
    asks = 'rule = { role_elsewhere = "discord", id = 51 }'
    facts = told(lambda: read_rule(asks, club.book, source="your message"))
    assert "is what the gate patrons opens" in str(facts["what"])


def test_a_role_of_a_server_that_the_club_does_not_have_is_told(tmp_path: Path) -> None:
    asks = ASKS.replace("id = 51", "id = 52")
    facts = told(lambda: club_of(tmp_path, OPENS, asks))
    assert "is discord, and the club is not there; write [discord] first" in str(facts["what"])
