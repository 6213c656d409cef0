"""What a fan says at the door: verify, what do I hold, add my other chat."""

import re
from dataclasses import replace

from bot.commands import buttons, guests
from bot.commands.named import fan_who_asks
from bot.commands.ways import Rows, offered
from bot.dialogue import Button, Field, Form, Look, Reply, Request, Text
from bot.services import Services
from bot.texts.words import say
from gating.access.plan import names_of
from gating.access.standing import Standing
from gating.errors import Fact
from gating.identity.proof_code import PROOF_CODE_LENGTH, normal
from gating.model import Fan, Reading
from gating.model.guests import GUEST_CODE_LENGTH
from gating.rules.naming import numbers
from gating.rules.walletless import may_stand

VAULTS_SHOWN = 8
_CODE = re.compile(
    r"[A-HJ-KM-NP-Z2-9]{3}-?[A-HJ-KM-NP-Z2-9]{3,4}|([A-HJ-KM-NP-Z2-9]{4}-?){4}(?<!-)",
    re.ASCII | re.IGNORECASE,
)
"""As `gating.adapters.chance` makes them: three and three of its letters, or four, or 16."""


async def start(request: Request, services: Services) -> Reply:
    """The first word on Telegram, and the words of the first message everywhere."""
    club = services.club
    rows = [(buttons.VERIFY,), (buttons.NO_WALLET, buttons.REAL_BOT), (buttons.ENTER_CODE,)]
    if request.account in club.artists:
        rows.append((buttons.NEW_DROP,))
    if request.account in club.moderators:
        rows.append((buttons.NEW_VOTE,))
    return Reply(say("welcome", club=club.name, album=club.album), rows=tuple(rows))


async def verify(request: Request, services: Services) -> Reply:
    """A page of their own for whoever asks; who is linked already is looked at again as well."""
    async with services.store() as tx:
        fan = await tx.people.of_account(request.account)
    into: Rows = ()
    if fan and fan.wallets:
        standing = await services.refresh(fan.id, why="asked again", again=request.account)
        into = await offered(standing, request.account, services)
    issued = await services.start_link(request.account, request.profile)
    page = Button(
        "Open page", url=f"{services.club.address}/link/{issued.token}", look=Look.PRIMARY
    )
    words = (
        *say("verify.page", domain=services.club.domain),
        *say("space"),
        *say(f"verify.{issued.proof}"),
    )
    if fan and fan.wallets:
        wallets = ", ".join(fan.addresses)
        words = (*say("verify.already", wallet=wallets), *say("gap"), *words)
    return Reply(words, rows=(*into, (page,), (buttons.ENTER_CODE, buttons.REAL_BOT)))


async def no_wallet(request: Request, services: Services) -> Reply:
    return Reply(say("nowallet"), rows=((buttons.VERIFY,),))


async def real_bot(request: Request, services: Services) -> Reply:
    return Reply(say("realbot", domain=services.club.domain))


async def show_help(request: Request, services: Services) -> Reply:
    return Reply(say("help"), rows=((buttons.VERIFY, buttons.ME),))


async def me(request: Request, services: Services) -> Reply:
    """What the fan holds and what that opens, at which block."""
    fan = await fan_who_asks(request, services)
    if fan is None or not fan.wallets:
        rows = ((buttons.VERIFY, buttons.ENTER_CODE), (buttons.PRIVACY,))
        told = await _without_wallet(fan, services) if fan else ()
        return Reply((*say("me.unlinked"), *told), rows=rows)
    standing = await services.refresh.look(fan.id)
    if standing.reading.silent or standing.reading.settled is None:
        return Reply(say(standing.reading.silent or "E-NOTREADY"), rows=((buttons.PRIVACY,),))
    reply = _holdings(standing, services)
    into = await offered(standing, request.account, services)
    return replace(reply, rows=(*into, *reply.rows))


async def _without_wallet(fan: Fan, services: Services) -> Text:
    """What is open to somebody who has no wallet: a guest, or who has a role elsewhere."""
    if not may_stand(fan, services.club.gates):
        return ()
    standing = await services.refresh.look(fan.id)
    opened = [found.gate.id for found in standing.verdicts if found.opens]
    facts: dict[str, Fact] = {
        "lists": ", ".join(await guests.lists_of(fan, services)),
        "gates": names_of(services.club.gates, opened) or "nothing yet",
    }
    if not (facts["lists"] or opened):
        return ()
    return (*say("gap"), *say("me.guest" if facts["lists"] else "me.open", facts))


def _holdings(standing: Standing, services: Services) -> Reply:
    reading = standing.reading
    facts: dict[str, Fact] = {
        "wallet": ", ".join(standing.fan.addresses),
        "block": reading.settled.number if reading.settled else 0,
        "album": services.club.album,
        "copies": numbers(standing.copies),
        "gates": names_of(
            services.club.gates, [found.gate.id for found in standing.verdicts if found.opens]
        ),
    }
    vaults = _vaults(reading)
    key = "me.linked" if standing.copies else "me.none"
    words = say("me.lent" if vaults and standing.copies else key, facts)
    elsewhere = [say("me.vault.elsewhere", wallet=vault) for vault in reading.elsewhere]
    lines = [words, *vaults, *elsewhere][: VAULTS_SHOWN + 1]
    spans = tuple(span for line in lines for span in (*say("gap"), *line))
    rows = ((buttons.OTHER_WALLET, buttons.WALLETS, buttons.CODE), (buttons.PRIVACY,))
    return Reply(spans[1:], rows=rows)


def _vaults(reading: Reading) -> list[Text]:
    """Where the copies are, wallet by wallet, if a vault is among them."""
    holding = [held for held in reading.at_settled if held.copies]
    if all(held.through is None for held in holding):
        return []
    return [
        say(
            "me.vault" if held.through else "me.own",
            copies=numbers(sorted(held.copies)),
            wallet=held.wallet,
        )
        for held in holding
    ]


async def give_code(request: Request, services: Services) -> Reply:
    given = await services.give_code(request.account)
    return Reply(say("code.given", code=given.code))


async def join(request: Request, services: Services) -> Reply:
    """Enter a code, in the form or typed after the word: of page, other chat, or guest list."""
    code = request.answers.get("code") or request.argument
    if not code:
        ask = Field("code", "Your code", hint="4F7-K2Q, 4F7-K2QX, or 4F7K-2QXM-…")
        return Reply(say("code.ask"), form=Form("join", "Enter your code", (ask,)))
    if len(normal(code)) == GUEST_CODE_LENGTH:
        return await guests.enter(request, services, code)
    if len(normal(code)) == PROOF_CODE_LENGTH:
        return await _prove(request, services, code)
    return await _join(request, services, code)


def is_code(line: str) -> bool:
    """Whether a line can be nothing but a code: letters alone may also be a word."""
    has_mark = any(letter.isdigit() or letter == "-" for letter in line)
    return has_mark and _CODE.fullmatch(line.strip()) is not None


async def text(request: Request, services: Services) -> Reply:
    """A line that is no command: a code of either kind, or a word we do not know."""
    if is_code(request.argument):
        return await join(request, services)
    return Reply(say("unclear"), rows=((buttons.VERIFY, buttons.ME),))


async def _prove(request: Request, services: Services, code: str) -> Reply:
    """The page's code: the browser that signed is this account's own."""
    standing = await services.proofs.enter_code(request.account, code)
    return Reply(say("code.proved", wallet=", ".join(standing.fan.addresses)))


async def _join(request: Request, services: Services, code: str) -> Reply:
    """The other chat's code: both accounts are in the same hands."""
    standing = await services.join_by_code(request.account, request.profile, code)
    return Reply(say("code.joined", copies=numbers(standing.copies) or "no copies"))
