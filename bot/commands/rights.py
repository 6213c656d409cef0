"""What the club file says of people and roles: who may do what, and what a role is called."""

from bot.dialogue import Request
from bot.services import Services
from gating.errors import Refused


def must_be_moderator(request: Request, services: Services) -> None:
    """Raises `Refused("E-NOTMODERATOR")`."""
    if request.account not in services.club.moderators:
        raise Refused("E-NOTMODERATOR")


def role_name(role: str, services: Services) -> str:
    """A role as moderators know it: by the gate that opens it."""
    opened = (each for gate in services.club.gates for each in gate.passes)
    return next((each.name for each in opened if each.target == role), role)
