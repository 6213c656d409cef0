"""A small group becomes a supergroup, which has another number (Bot API: migrate_to_chat_id)."""

from dataclasses import replace

from bot.sandbox.telegram_server.posting import service
from bot.sandbox.telegram_server.state import Chat
from bot.sandbox.telegram_server.world import World


def upgrade(world: World, old: Chat, causer: int, *, told: bool) -> Chat:
    """The supergroup, with the same people, links and requests. The old number answers no more."""
    new = world.add_room("supergroup", old.title, causer)
    new.members, new.requests = dict(old.members), dict(old.requests)
    new.permissions = old.permissions
    new.links = {url: replace(link, chat=new.id) for url, link in old.links.items()}
    if told:
        service(world, old, causer, {"migrate_to_chat_id": new.id})
    old.moved_to = new.id
    old.members, old.links, old.requests = {}, {}, {}
    if told:
        service(world, new, causer, {"migrate_from_chat_id": old.id})
    world.changed()
    return new
