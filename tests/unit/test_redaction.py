"""Secrets in what the program writes and shows: recognised by form, and never in a repr."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from pydantic import SecretStr

import bot
import config
import gating
import governance
from config.redaction import BLOT, hider
from config.settings import Settings

ADDRESS = "0x12ab34cd56ef7890123456789012345678909f3c"
SECRETIVE = {"token", "nonce", "salt", "answers", "argument", "browser", "verifier"}
TELLS_NOTHING = {
    ("bot.dialogue", "Button"),  # what a button asks for is in every chat
    ("bot.dialogue", "Form"),
    ("bot.web.services", "PollOption"),
    ("governance.model", "Ballot"),  # a number that is published
}


@pytest.mark.parametrize(
    "said",
    [
        "Cookie: __Host-browser=canary; __Host-session=canary",
        "{'Set-Cookie': '__Host-browser=canary; Secure'}",
        "GET /oauth/discord?code=canarycanary&state=canarycanary",
        "user=%7B%22id%22%3A1%7D&auth_date=1700000000&hash=canary",
        "Authorization: Bearer canary",
        "nonce='canarycanary'",
        '{"nonce": "canarycanary", "signature": "canary"}',
        "Nonce: canarycanary",
        "code=canary token=canary password=canary",
        "Key exists\nDETAIL:  Key (user_id)=(canary) is there",
        "MTAxMDEwMTAxMDEwMTAxMDEw.canary.canarycanarycanarycanary",
        "https://rpc.example/v2/canary-key failed",
        "path /v2/canary-key, key canary-key-of-sixteen",
    ],
)
def test_pr1_each_kind_of_secret_is_blotted_out_by_its_form(said: str) -> None:
    hide = hider(["https://rpc.example/v2/canary-key", "https://x.example/canary-key-of-sixteen"])
    hidden = hide(said)
    assert "canary" not in hidden
    assert BLOT in hidden


def test_pr1_a_code_is_no_secret_when_it_names_a_failure_and_is_one_when_it_opens() -> None:
    hide = hider(())
    assert hide("chain not readable code=E-CHAINDOWN") == "chain not readable code=E-CHAINDOWN"
    assert hide("typed 4F7-K2Q and 4F7-K2QX") == f"typed {BLOT} and {BLOT}"
    plain = "2026-11-22T13:00:00Z [info] a poll must wait poll=0x" + "9a" * 32
    assert hide(plain) == plain


def test_pr1_an_address_is_shortened_wherever_it_stands_also_padded_as_in_a_log_topic() -> None:
    hide = hider(())
    assert hide(f"wallet {ADDRESS}.") == "wallet 0x12ab…9f3c."
    assert hide("0x" + "0" * 24 + ADDRESS[2:]) == "0x12ab…9f3c"


def test_pr1_no_value_that_holds_a_secret_shows_it_in_its_repr() -> None:
    telling = [
        (kind.__module__, kind.__name__, each.name)
        for kind in set(dataclasses_of_the_house())
        for each in fields(kind)
        if each.name in SECRETIVE and each.repr and not has_own_repr(kind)
    ]
    assert [each for each in telling if each[:2] not in TELLS_NOTHING] == []


def test_pr1_the_settings_show_no_secret() -> None:
    settings = Settings(
        database_url=SecretStr("postgresql://club:canary@db.example/club"),
        rpc_urls={1: (SecretStr("https://rpc.example/canary"),)},
        discord_token=SecretStr("canary"),
        discord_client_secret=SecretStr("canary"),
        telegram_token=SecretStr("canary"),
    )
    assert "canary" not in repr(settings) + str(settings) + str(settings.model_dump())


def dataclasses_of_the_house() -> Iterator[type]:
    for package in (bot, gating, governance, config):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "sandbox" in found.name or "migrations" in found.name:
                continue
            if found.name.endswith("__main__"):
                continue
            module = importlib.import_module(found.name)
            yield from (
                kind
                for kind in vars(module).values()
                if isinstance(kind, type)
                and is_dataclass(kind)
                and kind.__module__.startswith(("bot.", "gating.", "governance.", "config."))
            )


def has_own_repr(kind: type) -> bool:
    """A repr that a person wrote; the generated one is wrapped against endless recursion."""
    return getattr(kind.__repr__, "__wrapped__", None) is None
