"""The faults menu of the demo: the troubles of the two local servers as switches."""

from collections.abc import Callable
from typing import Any

from bot.sandbox.discord_server.faults import Faults as DiscordFaults
from bot.sandbox.page.world import FaultSwitch, Side
from bot.sandbox.telegram_server.faults import Faults as TelegramFaults

SLOW_SECONDS = 2.0
NEXT_REQUESTS = 3


def discord_switches(faults: DiscordFaults) -> tuple[FaultSwitch, ...]:
    """Slow, failing, rate-limited, deaf: what a busy day at Discord does to a bot."""
    return (
        _field(faults, "discord", "delay", SLOW_SECONDS, "Slow answers", "Each takes 2 seconds."),
        _field(faults, "discord", "fail_next", NEXT_REQUESTS, "Errors", "500 three times."),
        _field(faults, "discord", "lose_next", 1, "Lost answer", "Done, but the bot hears 502."),
        _field(faults, "discord", "storm_next", NEXT_REQUESTS, "Rate limit", "429 three times."),
        _field(faults, "discord", "refuse_gateway", True, "Gateway closed", "No new connections."),
        _pulse("discord-drop", "discord", "Cut the gateway", "Cuts it once.", faults.drop_gateway),
    )


def telegram_switches(faults: TelegramFaults) -> tuple[FaultSwitch, ...]:
    """Slow, failing, rate-limited, repeating: what a bad hour at Telegram does to a bot."""
    return (
        _field(faults, "telegram", "delay", SLOW_SECONDS, "Slow answers", "Each takes 2 seconds."),
        _errors(faults),
        _field(faults, "telegram", "lose_answers", 1, "Lost answer", "Done, but 502 is heard."),
        _field(faults, "telegram", "flood_next", NEXT_REQUESTS, "Rate limit", "429 three times."),
        _field(faults, "telegram", "duplicate_updates", 1, "Same update twice", "The next one."),
        _field(faults, "telegram", "drop_polls", 1, "Cut the line", "The next poll is cut."),
    )


def _field(
    faults: Any, side: Side, name: str, trouble: float, label: str, explain: str
) -> FaultSwitch:
    """A switch for a field of Faults that is falsy while there is no trouble."""
    nothing = type(trouble)()
    return FaultSwitch(
        key=f"{side}-{name}",
        side=side,
        label=label,
        explain=explain,
        is_on=lambda: bool(getattr(faults, name)),
        turn=lambda on: setattr(faults, name, trouble if on else nothing),
    )


def _errors(faults: TelegramFaults) -> FaultSwitch:
    def turn(on: bool) -> None:
        faults.fail_next[:] = [500] * NEXT_REQUESTS if on else []

    return FaultSwitch(
        key="telegram-fail_next",
        side="telegram",
        label="Errors",
        explain="500 three times.",
        is_on=lambda: bool(faults.fail_next),
        turn=turn,
    )


def _pulse(
    key: str, side: Side, label: str, explain: str, strike: Callable[[], None]
) -> FaultSwitch:
    """Something that happens once, at the moment it is switched on."""

    def turn(on: bool) -> None:
        if on:
            strike()

    return FaultSwitch(
        key=key, side=side, label=label, explain=explain, is_on=lambda: False, turn=turn
    )
