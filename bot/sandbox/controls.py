"""The buttons of the sandbox page that move the chain and break things on purpose."""

from collections.abc import Callable

from bot.sandbox.chain.album import Album, copies_of, count_of, sell_copy
from bot.sandbox.chain.anvil import LocalChain
from bot.sandbox.chain.wallets import WALLETS, DemoWallet
from bot.sandbox.discord_server.server import LocalDiscord
from bot.sandbox.page.world import BlockNumbers, ChainControls, FaultSwitch, Holding
from bot.sandbox.telegram_server.server import LocalTelegram

NAMED = 8
"""Wallets with more copies than this show only how many."""
MANY = 1_000_000


def controls_of(chain: LocalChain, album: Album) -> ChainControls:
    """The local chain as the page's buttons see it."""

    async def mine() -> None:
        await chain.mine()

    async def blocks() -> BlockNumbers:
        final = await chain.call("eth_getBlockByNumber", "finalized", False)
        return BlockNumbers(await chain.head(), int(final["number"], 16))

    async def holding(address: str) -> Holding:
        count = await count_of(chain, album, address)
        named = await copies_of(chain, album, address) if count <= NAMED else []
        return Holding(count, tuple(named))

    async def sell(address: str, copy: int) -> None:
        await sell_copy(chain, album, copy, _wallet(address))

    return ChainControls(
        chain_id=chain.settings.chain_id,
        running=lambda: chain.running,
        start=chain.start,
        stop=chain.stop,
        mine=mine,
        blocks=blocks,
        holding=holding,
        sell=sell,
    )


def _wallet(address: str) -> DemoWallet:
    return next(wallet for wallet in WALLETS.values() if wallet.address == address)


def switches_of(discord: LocalDiscord, telegram: LocalTelegram) -> tuple[FaultSwitch, ...]:
    """What can go wrong on the two platforms."""
    return (
        FaultSwitch(
            key="discord-errors",
            side="discord",
            label="Discord answers errors",
            explain="Every call of the bot fails with a 500 until this is off.",
            is_on=lambda: discord.faults.error_rate > 0,
            turn=_setting(discord.faults, "error_rate", 1.0, 0.0),
        ),
        FaultSwitch(
            key="discord-slow",
            side="discord",
            label="Discord is slow",
            explain="Every answer takes two seconds.",
            is_on=lambda: discord.faults.delay > 0,
            turn=_setting(discord.faults, "delay", 2.0, 0.0),
        ),
        FaultSwitch(
            key="discord-away",
            side="discord",
            label="Discord hangs up",
            explain="The gateway is cut and takes no new connection.",
            is_on=lambda: discord.faults.refuse_gateway,
            turn=_hang_up(discord),
        ),
        FaultSwitch(
            key="telegram-flood",
            side="telegram",
            label="Telegram says: too many requests",
            explain="Every call of the bot is answered with 429 until this is off.",
            is_on=lambda: telegram.faults.flood_next > 0,
            turn=_setting(telegram.faults, "flood_next", MANY, 0),
        ),
        FaultSwitch(
            key="telegram-slow",
            side="telegram",
            label="Telegram is slow",
            explain="Every answer takes two seconds.",
            is_on=lambda: telegram.faults.delay > 0,
            turn=_setting(telegram.faults, "delay", 2.0, 0.0),
        ),
    )


def _setting(faults: object, name: str, on: float, off: float) -> Callable[[bool], None]:
    def turn(wanted: bool) -> None:
        setattr(faults, name, on if wanted else off)

    return turn


def _hang_up(discord: LocalDiscord) -> Callable[[bool], None]:
    def turn(wanted: bool) -> None:
        discord.faults.refuse_gateway = wanted
        if wanted:
            discord.faults.drop_gateway()

    return turn
