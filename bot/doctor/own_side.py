"""What can be seen without asking anybody: the address, the mode, and how accounts are proved."""

from urllib.parse import urlsplit

from bot.doctor.findings import Finding, fault, ok, warning
from bot.wiring.proofs import proofs_of
from config.community import Club
from config.settings import LOOPBACK, Settings
from gating.model import Platform
from gating.model.link import Proof

ADDRESS, PROOF, CLUB = "public address", "proof of the account", "club file"
TELEGRAM_PORTS = frozenset({80, 88, 443, 8443})
"""Where Telegram brings updates to (Bot API: setWebhook)."""


def own_findings(settings: Settings, club: Club) -> list[Finding]:
    return [_address(settings), *_proofs(settings), _people(club)]


def _address(settings: Settings) -> Finding:
    parts = urlsplit(settings.public_url)
    if parts.hostname in LOOPBACK:
        return warning(ADDRESS, "E-LOCALURL", address=settings.public_url)
    if settings.telegram_webhook and (parts.port or 443) not in TELEGRAM_PORTS:
        return fault(ADDRESS, "E-WEBHOOKPORT", address=settings.public_url)
    return ok(ADDRESS, "doctor.address", address=settings.public_url)


def _proofs(settings: Settings) -> list[Finding]:
    """Which proof of the account is on: the platform's sign-in, or a code."""
    proofs = proofs_of(settings)
    found = []
    if settings.discord_token:
        by_sign_in = proofs[Platform.DISCORD] is Proof.OAUTH
        found.append(ok(PROOF, "doctor.oauth") if by_sign_in else warning(PROOF, "E-NOSIGNIN"))
    if settings.telegram_token:
        found.append(ok(PROOF, "doctor.code", platform="Telegram"))
    return found


def _people(club: Club) -> Finding:
    if not club.moderators:
        return warning(CLUB, "E-NOMODERATOR")
    artists, moderators = len(club.artists), len(club.moderators)
    return ok(CLUB, "doctor.club", club=club.name, artists=artists, moderators=moderators)
