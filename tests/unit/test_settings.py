"""Each wrong setting is named in one sentence."""

from pathlib import Path

import pytest

from config.settings import read_settings
from gating.errors import NeedsPerson
from tests.unit.club_kit import club_file

__all__ = ["club_file"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "must be a whole number"),
        ("PORT", "70000", "must be a number up to 65535"),
        ("PORT", "-1", "must be a number from 0 on"),
        ("PUBLIC_URL", "club.example", "without a path"),
        ("PUBLIC_URL", "https://club.example/deep", "without a path"),
        ("PUBLIC_URL", "ftp://club.example", "without a path"),
        ("PUBLIC_URL", "http://club.example", "must begin with https://"),
        ("PUBLIC_URL", "http://127.0.0.1.club.example:8080", "must begin with https://"),
        ("PUBLIC_URL", "http://[::2]:8080", "must begin with https://"),
        ("PUBLIC_URL", "http://[::1", "invalid IPv6 URL"),
        ("LOG_JSON", "perhaps", "must be true or false"),
        ("DISCORD_TOKEN_FILE", "/nowhere/at/all", "cannot read the file it names"),
        ("DATABASE_URL_FILE", "/", "cannot read the file it names"),
    ],
)
def test_a_wrong_setting_is_named_and_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"STAGEDOOR_{name}", value)
    with pytest.raises(NeedsPerson) as caught:
        read_settings()
    assert (caught.value.code, caught.value.facts["key"]) == ("E-SETTINGS", f"STAGEDOOR_{name}")
    cause = str(caught.value.facts["cause"])
    assert words in cause
    assert cause[0].islower()


@pytest.mark.parametrize(
    "address",
    [
        "https://club.example",
        "http://127.0.0.1:8080",
        "http://localhost:8080",
        "http://[::1]:8080",
    ],
)
def test_an_address_over_which_browsers_keep_the_sign_in_cookie_is_taken(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("STAGEDOOR_PUBLIC_URL", address)
    assert read_settings().public_url == address


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("canary-token\n")
    monkeypatch.setenv("STAGEDOOR_DISCORD_TOKEN_FILE", str(secret))
    token = read_settings().discord_token
    assert token is not None
    assert token.get_secret_value() == "canary-token"
    assert "canary" not in repr(read_settings())


def test_a_secret_file_that_is_no_text_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("STAGEDOOR_DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(NeedsPerson, match="STAGEDOOR_DISCORD_TOKEN_FILE"):
        read_settings()
