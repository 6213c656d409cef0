"""Nobody reads a whole address of somebody else's wallet, whatever sentence it gets into."""

import re

import pytest

from bot.dialogue import plain
from bot.texts.english import SENTENCES
from bot.texts.words import OWN, say

WALLET = "0x12ab34cd56ef7890123456789012345678909f3c"
FACTS = re.compile(r"\{(\w+)\}")
TIMES = re.compile(r"\{(\w+):time\}")


@pytest.mark.parametrize("key", SENTENCES)
def test_no_sentence_shows_a_moderator_or_a_fan_a_whole_address(key: str) -> None:
    names = set(FACTS.findall(SENTENCES[key])) - {OWN}
    both = f"{WALLET}, 0x{WALLET[2:].upper()}"
    times = dict.fromkeys(TIMES.findall(SENTENCES[key]), 0)
    said = plain(say(key, {**dict.fromkeys(names, both), **times}))
    assert WALLET[2:] not in said.lower()
    assert not names or "0x12ab…9f3c" in said


def test_only_the_answer_about_oneself_has_whole_addresses() -> None:
    assert [key for key, words in SENTENCES.items() if f"{{{OWN}}}" in words] == ["privacy.kept"]


def test_what_is_as_long_as_a_block_hash_is_not_taken_for_an_address() -> None:
    assert "0x" + "9a" * 32 in plain(say("E-DISCORD", status=1, detail="0x" + "9a" * 32))
