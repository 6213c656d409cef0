"""Every change to guilds, members, roles and channels: done once, and told to who may hear it."""

from typing import Any

from bot.sandbox.discord_server.errors import unknown
from bot.sandbox.discord_server.payloads import (
    audit_json,
    channel_json,
    guild_create_json,
    member_json,
    role_json,
    user_json,
)
from bot.sandbox.discord_server.sessions import (
    GUILD_MEMBERS,
    GUILD_MODERATION,
    GUILDS,
    Event,
    Hub,
)
from bot.sandbox.discord_server.state import (
    THREAD,
    AuditEntry,
    Channel,
    Guild,
    Member,
    Role,
    State,
)

Json = dict[str, Any]


class World:
    """The one place where state changes and events leave together."""

    def __init__(self, state: State, hub: Hub) -> None:
        self.state = state
        self.hub = hub

    def tell(self, event: Event) -> None:
        """Publish an event and wake the people's clients."""
        self.hub.publish(event)
        self.state.changed()

    def audit(
        self,
        guild: Guild,
        action: int,
        *,
        by: int,
        target: int | None,
        reason: str | None = None,
        changes: list[Json] | None = None,
    ) -> None:
        """Write an audit log entry (Discord: Audit Log Events for `action`)."""
        entry = AuditEntry(self.state.new_id(), action, by, target, reason, changes or [])
        guild.audit.append(entry)
        data = audit_json(entry) | {"guild_id": str(guild.id)}
        event = Event("GUILD_AUDIT_LOG_ENTRY_CREATE", data, GUILD_MODERATION, guild.id)
        self.tell(event)

    def join(self, guild: Guild, user_id: int, roles: tuple[int, ...] = ()) -> Member:
        member = Member(user_id, guild.id, self.state.clock(), set(roles))
        guild.members[user_id] = member
        if user_id in self.state.apps:
            create = guild_create_json(self.state, guild, [member])
            self.tell(Event("GUILD_CREATE", create, GUILDS, guild.id, only_app=user_id))
        data = member_json(self.state, member) | {"guild_id": str(guild.id)}
        self.tell(Event("GUILD_MEMBER_ADD", data, GUILD_MEMBERS, guild.id))
        return member

    def remove(self, guild: Guild, user_id: int) -> None:
        """The member leaves or is put out; a bot hears that the guild is gone."""
        del guild.members[user_id]
        user = user_json(self.state.users[user_id])
        data: Json = {"guild_id": str(guild.id), "user": user}
        self.tell(Event("GUILD_MEMBER_REMOVE", data, GUILD_MEMBERS, guild.id))
        if user_id in self.state.apps:
            gone: Json = {"id": str(guild.id)}
            self.tell(Event("GUILD_DELETE", gone, GUILDS, guild.id, only_app=user_id))

    def member_changed(self, guild: Guild, member: Member) -> None:
        data = member_json(self.state, member) | {"guild_id": str(guild.id)}
        of_bot = member.user_id in self.state.apps  # a bot hears of itself without the intent
        intent = 0 if of_bot else GUILD_MEMBERS
        self.tell(Event("GUILD_MEMBER_UPDATE", data, intent, guild.id))

    def give(self, guild: Guild, member: Member, role: Role, *, by: int, why: str | None) -> None:
        if role.id not in member.roles:
            member.roles.add(role.id)
            self._role_moved(guild, member, _moved("$add", role), by, why)

    def take(self, guild: Guild, member: Member, role: Role, *, by: int, why: str | None) -> None:
        if role.id in member.roles:
            member.roles.discard(role.id)
            self._role_moved(guild, member, _moved("$remove", role), by, why)

    def _role_moved(
        self, guild: Guild, member: Member, change: Json, by: int, why: str | None
    ) -> None:
        self.member_changed(guild, member)
        self.audit(guild, 25, by=by, target=member.user_id, reason=why, changes=[change])

    def ban(self, guild: Guild, user_id: int, why: str | None) -> None:
        if user_id in guild.members:
            self.remove(guild, user_id)
        guild.bans[user_id] = why
        self._ban_event("GUILD_BAN_ADD", guild, user_id)

    def unban(self, guild: Guild, user_id: int) -> None:
        del guild.bans[user_id]
        self._ban_event("GUILD_BAN_REMOVE", guild, user_id)

    def _ban_event(self, name: str, guild: Guild, user_id: int) -> None:
        user = user_json(self.state.users[user_id])
        data: Json = {"guild_id": str(guild.id), "user": user}
        self.tell(Event(name, data, GUILD_MODERATION, guild.id))

    def add_role(self, guild: Guild, role: Role) -> None:
        """Put the role at its position; those at or above make room."""
        for other in guild.roles.values():
            if other.id != guild.id and other.position >= role.position:
                other.position += 1
                self.role_event("GUILD_ROLE_UPDATE", guild, other)
        guild.roles[role.id] = role
        self.role_event("GUILD_ROLE_CREATE", guild, role)

    def role_event(self, name: str, guild: Guild, role: Role) -> None:
        data: Json = {"guild_id": str(guild.id), "role": role_json(role)}
        self.tell(Event(name, data, GUILDS, guild.id))

    def delete_role(self, guild: Guild, role: Role) -> None:
        del guild.roles[role.id]
        for channel in guild.channels.values():
            channel.overwrites.pop(role.id, None)
        for member in guild.members.values():
            if role.id in member.roles:
                member.roles.discard(role.id)
                self.member_changed(guild, member)
        data: Json = {"guild_id": str(guild.id), "role_id": str(role.id)}
        self.tell(Event("GUILD_ROLE_DELETE", data, GUILDS, guild.id))

    def add_channel(self, guild: Guild, channel: Channel) -> None:
        guild.channels[channel.id] = self.state.channels[channel.id] = channel
        kind = "THREAD_CREATE" if channel.type == THREAD else "CHANNEL_CREATE"
        self.channel_event(kind, guild, channel)

    def channel_event(self, name: str, guild: Guild, channel: Channel) -> None:
        self.tell(Event(name, channel_json(self.state, channel), GUILDS, guild.id))

    def delete_channel(self, guild: Guild, channel: Channel) -> None:
        inside = [c for c in guild.channels.values() if c.parent_id == channel.id]
        for other in inside:
            if other.type == THREAD:
                self.delete_channel(guild, other)
            else:
                other.parent_id = None
                self.channel_event("CHANNEL_UPDATE", guild, other)
        del guild.channels[channel.id], self.state.channels[channel.id]
        kind = "THREAD_DELETE" if channel.type == THREAD else "CHANNEL_DELETE"
        self.channel_event(kind, guild, channel)

    def guild(self, guild_id: int, *, seen_by: int) -> Guild:
        """The guild, for a member of it; 10004 for anybody else."""
        guild = self.state.guilds.get(guild_id)
        if guild is None or seen_by not in guild.members:
            raise unknown("guild")
        return guild


def _moved(key: str, role: Role) -> Json:
    return {"key": key, "new_value": [{"id": str(role.id), "name": role.name}]}
