"""Webhook mode starts with a good secret or not at all (CH3)."""

import pytest

from config.settings import read_settings
from gating.errors import NeedsPerson

GOOD_SECRET = "a-secret-of-the-tests_0123456789"


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "short",
        GOOD_SECRET[:-1],
        GOOD_SECRET + "!",
        GOOD_SECRET + "\n",
        "\u00fc" * 32,
        "x" * 257,
    ],
    ids=["empty", "short", "31", "other letter", "line end", "no ascii", "257"],
)
@pytest.mark.parametrize("mode", ["true", "false"])
def test_ch3_a_secret_that_can_be_guessed_or_that_telegram_refuses_does_not_start(
    monkeypatch: pytest.MonkeyPatch, secret: str, mode: str
) -> None:
    monkeypatch.setenv("STAGEDOOR_TELEGRAM_WEBHOOK", mode)
    monkeypatch.setenv("STAGEDOOR_TELEGRAM_WEBHOOK_SECRET", secret)
    with pytest.raises(NeedsPerson) as stuck:
        read_settings()
    assert stuck.value.code == "E-SETTINGS"
    assert stuck.value.facts["key"] == "STAGEDOOR_TELEGRAM_WEBHOOK_SECRET"
    assert "openssl rand -hex 32" in str(stuck.value.facts["cause"])
    assert GOOD_SECRET not in str(stuck.value)


def test_ch3_webhook_mode_without_a_secret_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGEDOOR_TELEGRAM_WEBHOOK", "true")
    with pytest.raises(NeedsPerson, match="TELEGRAM_WEBHOOK_SECRET") as stuck:
        read_settings()
    assert "openssl rand -hex 32" in str(stuck.value.facts["cause"])
    monkeypatch.setenv("STAGEDOOR_TELEGRAM_WEBHOOK_SECRET", GOOD_SECRET)
    assert read_settings().telegram_webhook
    monkeypatch.setenv("STAGEDOOR_TELEGRAM_WEBHOOK", "false")
    assert not read_settings().telegram_webhook
