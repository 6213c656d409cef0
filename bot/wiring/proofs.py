"""How a browser shows that it is the chat account's own, for each platform of this deployment."""

from collections.abc import Mapping

from bot.services import DiscordProof, ProofServices
from bot.web.proving import BACK
from bot.wiring.parts import Parts
from config.settings import Settings
from gating.adapters.chance import SystemRandomness
from gating.adapters.discord_sign_in import API, DiscordClient, DiscordSignIn
from gating.identity.binding import BindWallet
from gating.identity.letting_go import LetGo
from gating.identity.proving import (
    EnterProofCode,
    FinishProof,
    StartProof,
    StopLink,
    WatchLink,
)
from gating.model import Platform
from gating.model.link import Proof
from gating.ports import Store


def proofs_of(settings: Settings) -> Mapping[Platform, Proof]:
    """Discord says so itself where its sign-in is set up; everywhere else a code goes across.

    A Mini App's start data is no such word: it stands in the address, so whoever relays their
    own link relays it as well, and the browser that opens it has proved nothing.
    """
    discord = Proof.OAUTH if settings.discord_client_secret else Proof.CODE
    return {Platform.DISCORD: discord, Platform.TELEGRAM: Proof.CODE}


def proof_services(
    settings: Settings, parts: Parts, store: Store, bind: BindWallet
) -> ProofServices:
    return ProofServices(
        discord=_discord(settings, parts, store),
        watch=WatchLink(store=store, clock=parts.clock, refresh=bind.refresh),
        stop=StopLink(store=store, clock=parts.clock),
        let_go=LetGo(store=store, clock=parts.clock),
        enter_code=EnterProofCode(store=store, bind=bind, refresh=bind.refresh),
    )


def _discord(settings: Settings, parts: Parts, store: Store) -> DiscordProof | None:
    if not settings.discord_client_secret:
        return None
    client = DiscordClient(
        client_id=settings.discord_client_id or "",
        secret=settings.discord_client_secret.get_secret_value(),
        redirect_uri=settings.public_url + BACK,
        api=settings.discord_api or API,
    )
    sign_in = DiscordSignIn(parts.http, client)
    return DiscordProof(
        sign_in=sign_in,
        start=StartProof(store=store, clock=parts.clock, random=SystemRandomness()),
        finish=FinishProof(store=store, clock=parts.clock, sign_in=sign_in),
    )
