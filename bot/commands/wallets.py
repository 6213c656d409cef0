"""A fan looks after the linked wallets: gives them names, and unlinks them after one question."""

from bot.commands import buttons
from bot.dialogue import Button, Field, Form, Look, Reply, Request, Text
from bot.services import Services
from bot.texts.words import say, short
from gating.access.plan import names_of
from gating.identity.labels import LONGEST_LABEL, NO_LABEL
from gating.identity.unlinking import wallet_of
from gating.model import Address, Step, Wallet


async def wallets(request: Request, services: Services) -> Reply:
    """All wallets of the fan, each with its two buttons."""
    async with services.store() as tx:
        fan = await tx.people.of_account(request.account)
    if fan is None or not fan.wallets:
        return Reply(say("wallets.none"), rows=((buttons.VERIFY, buttons.ENTER_CODE),))
    rows = tuple(_offered(number, wallet) for number, wallet in enumerate(fan.wallets, 1))
    return Reply(_listed(fan.wallets), rows=rows)


async def label(request: Request, services: Services) -> Reply:
    """Ask for a wallet's name, or give it the one that was answered."""
    address = Address(request.argument)
    if "label" in request.answers:
        return await _labelled(request, services, address)
    async with services.store() as tx:
        known = wallet_of(await tx.people.of_account(request.account), address)
    question = Field(
        "label",
        f"Name (up to {LONGEST_LABEL} letters)",
        hint=f"Ledger, for example. {NO_LABEL} takes the name away.",
        default=known.label,
        longest=LONGEST_LABEL,
    )
    return Reply(form=Form("label", f"Name {short(address)}", (question,), argument=address))


async def _labelled(request: Request, services: Services, address: Address) -> Reply:
    named = await services.label_wallet(request.account, address, request.answers["label"])
    key = "wallets.labelled" if named.label else "wallets.unlabelled"
    return Reply(say(key, wallet=address, label=named.label), rows=((buttons.WALLETS,),))


async def unlink(request: Request, services: Services) -> Reply:
    """One question before it is done."""
    address = Address(request.argument)
    async with services.store() as tx:
        wallet_of(await tx.people.of_account(request.account), address)
    yes = Button("Unlink it", "unlink_yes", address, look=Look.DANGER)
    keep = Button("Keep it", "wallets")
    return Reply(say("wallets.sure", wallet=address), rows=((yes, keep),))


async def unlink_now(request: Request, services: Services) -> Reply:
    """It is done, and what ends is said."""
    address = Address(request.argument)
    standing = await services.unlink_wallet(request.account, address)
    ended = {change.gate for change in standing.changes if change.step is Step.CLOSE}
    key = "wallets.ends" if ended else "wallets.unlinked"
    words = say(key, wallet=address, gates=names_of(services.club.gates, ended))
    return Reply(words, rows=((buttons.WALLETS, buttons.VERIFY_QUIET),), update=True)


def _offered(number: int, wallet: Wallet) -> tuple[Button, Button]:
    """The buttons name the wallet's number in the list, for a label may be long."""
    return (
        Button(f"Label {number}", "label", wallet.address),
        Button(f"Unlink {number}", "unlink", wallet.address, look=Look.DANGER),
    )


def _listed(linked: tuple[Wallet, ...]) -> Text:
    lines = "\n".join(f"{number}. {_named(wallet)}" for number, wallet in enumerate(linked, 1))
    return say("wallets.list", lines=lines)


def _named(wallet: Wallet) -> str:
    shown = short(wallet.address)
    return f"{shown}, {wallet.label}" if wallet.label else shown
