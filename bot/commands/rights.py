"""Who may do what: the club file names artists and moderators by their accounts."""

from bot.dialogue import Request
from bot.services import Services
from gating.errors import Refused


def must_be_moderator(request: Request, services: Services) -> None:
    """Raises `Refused("E-NOTMODERATOR")`."""
    if request.account not in services.club.moderators:
        raise Refused("E-NOTMODERATOR")
