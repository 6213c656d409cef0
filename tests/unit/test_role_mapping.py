"""Which Discord roles a gate may open: never one with power, never one out of reach (CH6)."""

from dataclasses import replace

import discord
import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from bot.platforms.discord_roles import POWERS, Rank, RoleFacts, powers_in, top_of, unfit

GUILD = 1000
BOT: Rank = (50, -7)
HARMLESS = RoleFacts(id=2000, position=10, permissions=0)


def code_of(role: RoleFacts | None, *, bot: Rank = BOT, configurer: Rank | None = None) -> str:
    why = unfit(role, target="2000", guild=GUILD, bot=bot, configurer=configurer)
    return why.code if why else ""


def bits(*names: str) -> int:
    return discord.Permissions(**dict.fromkeys(names, True)).value


def test_ch6_a_plain_role_below_the_bot_may_be_opened() -> None:
    assert code_of(HARMLESS) == ""
    perks = bits("view_channel", "send_messages", "attach_files", "external_emojis", "connect")
    assert code_of(replace(HARMLESS, permissions=perks)) == ""


@pytest.mark.parametrize(
    "name",
    [
        "administrator",
        "manage_guild",
        "manage_roles",
        "manage_channels",
        "manage_webhooks",
        "manage_messages",
        "manage_threads",
        "manage_nicknames",
        "manage_events",
        "manage_expressions",
        "ban_members",
        "kick_members",
        "moderate_members",
        "mention_everyone",
        "view_audit_log",
    ],
)
def test_ch6_a_role_with_any_power_is_refused_and_the_right_is_named(name: str) -> None:
    role = replace(HARMLESS, permissions=bits(name, "view_channel", "send_messages"))
    why = unfit(role, target="2000", guild=GUILD, bot=BOT)
    assert why is not None
    assert (why.code, why.facts["rights"]) == ("E-ROLEPOWER", name.replace("_", " ").title())


@given(permissions=some.integers(0, (1 << 53) - 1))
@example(permissions=(1 << 53) - 1)
def test_ch6_whatever_else_a_role_may_do_one_power_is_enough_to_refuse_it(
    permissions: int,
) -> None:
    has_power = any(permissions & bits(name) for name in POWERS)
    assert code_of(replace(HARMLESS, permissions=permissions)) == (
        "E-ROLEPOWER" if has_power else ""
    )
    assert bool(powers_in(permissions)) is has_power


def test_ch6_a_role_that_nobody_can_give_or_everybody_has_is_refused() -> None:
    assert code_of(replace(HARMLESS, managed=True)) == "E-ROLEMANAGED"
    assert code_of(replace(HARMLESS, id=GUILD)) == "E-ROLEALL"
    assert code_of(None) == "E-ROLEGONE"


@given(
    role=some.tuples(some.integers(0, 20), some.integers(1, 20)),
    bot=some.tuples(some.integers(0, 20), some.integers(1, 20)),
    configurer=some.none() | some.tuples(some.integers(0, 20), some.integers(1, 20)),
)
def test_ch6_a_role_must_stand_below_the_bot_and_below_whoever_chose_it(
    role: tuple[int, int], bot: tuple[int, int], configurer: tuple[int, int] | None
) -> None:
    facts = RoleFacts(id=role[1], position=role[0], permissions=0)
    bot_top = top_of([RoleFacts(bot[1], bot[0], 0)])
    chooser = top_of([RoleFacts(configurer[1], configurer[0], 0)]) if configurer else None
    found = code_of(facts, bot=bot_top, configurer=chooser)
    if not _below(role, bot):
        assert found == "E-ROLEPOS"
    elif configurer and not _below(role, configurer):
        assert found == "E-ROLEABOVE"
    else:
        assert found == ""


def _below(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Discord's order: the position decides, and at the same one the older role is higher."""
    return one[0] < other[0] or (one[0] == other[0] and one[1] > other[1])


def test_ch6_who_has_no_role_but_everyone_can_choose_none() -> None:
    assert code_of(HARMLESS, configurer=top_of([])) == "E-ROLEABOVE"
