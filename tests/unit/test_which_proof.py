"""How a browser shows whose it is follows from the settings, and is safe where nothing is set."""

import pytest
from pydantic import SecretStr

from bot.commands.access import is_code
from bot.wiring.proofs import proofs_of
from config.settings import Settings
from gating.adapters.discord_sign_in import DiscordClient
from gating.model import Platform
from gating.model.link import Proof


@pytest.mark.parametrize(
    ("secret", "proof"), [(None, Proof.CODE), ("", Proof.CODE), ("secret", Proof.OAUTH)]
)
def test_discord_says_so_itself_only_where_its_sign_in_is_set_up(
    secret: str | None, proof: Proof
) -> None:
    given = None if secret is None else SecretStr(secret)
    proofs = proofs_of(Settings(discord_client_id="1", discord_client_secret=given))
    assert proofs[Platform.DISCORD] is proof
    assert proofs[Platform.TELEGRAM] is Proof.CODE


def test_every_platform_has_a_proof() -> None:
    assert set(proofs_of(Settings())) == set(Platform)


@pytest.mark.parametrize("text", ["4F7-K2Q", "4f7k2q", "abc-def", " 4F7-K2Q ", "4F7-K2QX"])
def test_what_looks_like_a_code_is_taken_for_one(text: str) -> None:
    assert is_code(text)


@pytest.mark.parametrize("text", ["thanks", "please", "", "hello!", "a-b"])
def test_a_word_of_six_letters_is_not_taken_for_a_code(text: str) -> None:
    assert not is_code(text)


def test_pr1_the_client_secret_is_not_in_the_text_of_what_holds_it() -> None:
    client = DiscordClient("1", "canary", "https://club.example/oauth/discord")
    assert "canary" not in repr(client)
