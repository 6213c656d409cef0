"""What people set up before a bot comes: applications, guilds, roles, channels, members."""

import colorsys
import zlib
from collections.abc import Sequence

from bot.sandbox.discord_server.permissions import (
    DOORKEEPER,
    EVERYONE,
    SEND_MESSAGES,
    VIEW_CHANNEL,
)
from bot.sandbox.discord_server.state import (
    CATEGORY,
    TEXT,
    App,
    Channel,
    Guild,
    Overwrite,
    Role,
    State,
    User,
)
from bot.sandbox.discord_server.world import World


class Seed:
    """Human acts at the server's settings. Ids are Discord ids (snowflakes)."""

    def __init__(self, state: State, world: World) -> None:
        self.state = state
        self.world = world

    def add_application(self, *, token: str, name: str) -> int:
        """A bot with its token; its application id is also its user id."""
        app_id = self.state.new_id()
        self.state.apps[app_id] = App(app_id, token, name)
        self.state.users[app_id] = User(app_id, name, name, _color(name), bot=True)
        return app_id

    def allow_sign_in(self, app: int, *redirect_uris: str, secret: str) -> None:
        """At the developer portal: the client secret, and where browsers may come back to."""
        there = self.state.apps[app]
        there.secret, there.redirect_uris = secret, redirect_uris

    def add_guild(self, name: str, *, bot: int, bot_permissions: int = DOORKEEPER) -> int:
        """A server with @everyone, the bot, and the bot's own (managed) role.

        Its owner is a person who is not a member; `own` hands it to one.
        """
        guild = Guild(self.state.new_id(), name, self.state.new_id())
        self.state.users[guild.owner_id] = User(guild.owner_id, "owner", "Owner", _color(name))
        guild.roles[guild.id] = Role(guild.id, guild.id, "@everyone", EVERYONE)
        self.state.guilds[guild.id] = guild
        self.invite_bot(guild.id, bot, permissions=bot_permissions)
        return guild.id

    def invite_bot(self, guild: int, bot: int, *, permissions: int = DOORKEEPER) -> int:
        """The bot joins with its own managed role on top of the order; gives that role's id."""
        there = self.state.guilds[guild]
        top = max(r.position for r in there.roles.values()) + 1
        role = Role(self.state.new_id(), guild, self.state.users[bot].name, permissions, top)
        role.managed, role.bot_id = True, bot
        self.world.add_role(there, role)
        self.world.join(there, bot, (role.id,))
        return role.id

    def bot_role(self, guild: int, bot: int) -> int:
        """The managed role that came with the bot."""
        roles = self.state.guilds[guild].roles.values()
        return next(r.id for r in roles if r.bot_id == bot)

    def own(self, guild: int, user: int) -> None:
        """Make a member the owner of the guild."""
        self.state.guilds[guild].owner_id = user
        self.state.changed()

    def add_role(
        self,
        guild: int,
        name: str,
        *,
        color: int = 0,
        position: int | None = None,
        permissions: int = 0,
        hoist: bool = True,
    ) -> int:
        """A role made by a human; without `position` it stands right below the lowest bot role,
        so that bots can give it."""
        there = self.state.guilds[guild]
        if position is None:
            position = min(r.position for r in there.roles.values() if r.managed)
        role = Role(self.state.new_id(), guild, name, permissions, position, color, hoist)
        self.world.add_role(there, role)
        return role.id

    def add_channel(
        self,
        guild: int,
        name: str,
        *,
        topic: str = "",
        category: str | None = None,
        private_to: Sequence[int] = (),
        read_only: bool = False,
    ) -> int:
        """A text channel; `private_to` are the roles that see it, `read_only` shuts others up.

        The guild's bots are let in and may write, as an operator who wants posts there would do.
        """
        there = self.state.guilds[guild]
        channel = Channel(self.state.new_id(), TEXT, name, guild, topic or None)
        channel.position = len(there.channels)
        channel.parent_id = self._category(there, category) if category else None
        shut = (VIEW_CHANNEL if private_to else 0) | (SEND_MESSAGES if read_only else 0)
        if shut:
            bots = [r.id for r in there.roles.values() if r.managed]
            rules = [Overwrite(guild, 0, 0, shut)]
            rules += [Overwrite(r, 0, VIEW_CHANNEL, 0) for r in private_to]
            rules += [Overwrite(r, 0, VIEW_CHANNEL | SEND_MESSAGES, 0) for r in bots]
            channel.overwrites = {rule.id: rule for rule in rules}
        self.world.add_channel(there, channel)
        return channel.id

    def _category(self, guild: Guild, name: str) -> int:
        for channel in guild.channels.values():
            if channel.type == CATEGORY and channel.name == name:
                return channel.id
        category = Channel(self.state.new_id(), CATEGORY, name, guild.id)
        category.position = len(guild.channels)
        self.world.add_channel(guild, category)
        return category.id

    def add_user(self, username: str, display_name: str, *, color: str = "") -> int:
        """A person with a drawn avatar: the initial on `color` ("#rrggbb", or one by name)."""
        user_id = self.state.new_id()
        shade = color or _color(username)
        self.state.users[user_id] = User(user_id, username, display_name, shade)
        return user_id

    def join(self, guild: int, user: int) -> None:
        """The person comes in; nothing happens if banned or already in."""
        there = self.state.guilds[guild]
        if user not in there.members and user not in there.bans:
            self.world.join(there, user)

    def leave(self, guild: int, user: int) -> None:
        there = self.state.guilds[guild]
        if user in there.members:
            self.world.remove(there, user)

    def give_role(self, guild: int, user: int, role: int) -> None:
        """A human with all rights gives the role."""
        there = self.state.guilds[guild]
        member, given = there.members[user], there.roles[role]
        self.world.give(there, member, given, by=there.owner_id, why=None)

    def take_role(self, guild: int, user: int, role: int) -> None:
        """A human with all rights takes the role."""
        there = self.state.guilds[guild]
        member, taken = there.members[user], there.roles[role]
        self.world.take(there, member, taken, by=there.owner_id, why=None)

    def move_role(self, guild: int, role: int, position: int) -> None:
        """A human drags the role to another position."""
        there = self.state.guilds[guild]
        there.roles[role].position = position
        self.world.role_event("GUILD_ROLE_UPDATE", there, there.roles[role])

    def delete_role(self, guild: int, role: int) -> None:
        """A human deletes the role."""
        there = self.state.guilds[guild]
        self.world.delete_role(there, there.roles[role])

    def set_permissions(self, guild: int, role: int, permissions: int) -> None:
        """A human changes what the role may do (bits of `permissions`)."""
        there = self.state.guilds[guild]
        there.roles[role].permissions = permissions
        self.world.role_event("GUILD_ROLE_UPDATE", there, there.roles[role])

    def set_overwrite(
        self, guild: int, channel: int, target: int, *, allow: int = 0, deny: int = 0
    ) -> None:
        """A human sets what a role or member may do in one channel; nothing at all removes it."""
        there = self.state.guilds[guild]
        room = there.channels[channel]
        kind = 0 if target in there.roles else 1
        room.overwrites.pop(target, None)
        if allow or deny:
            room.overwrites[target] = Overwrite(target, kind, allow, deny)
        self.world.channel_event("CHANNEL_UPDATE", there, room)

    def delete_channel(self, guild: int, channel: int) -> None:
        """A human deletes the channel."""
        there = self.state.guilds[guild]
        self.world.delete_channel(there, there.channels[channel])

    def ban(self, guild: int, user: int, reason: str | None = None) -> None:
        """A human with all rights bans the person."""
        there = self.state.guilds[guild]
        self.world.ban(there, user, reason)
        self.world.audit(there, 22, by=there.owner_id, target=user, reason=reason)

    def unban(self, guild: int, user: int) -> None:
        """A human lifts the ban."""
        there = self.state.guilds[guild]
        self.world.unban(there, user)
        self.world.audit(there, 23, by=there.owner_id, target=user)


def _color(name: str) -> str:
    """A calm colour that is always the same for the same name; white text reads on it."""
    hue = zlib.crc32(name.encode()) % 360 / 360
    red, green, blue = colorsys.hls_to_rgb(hue, 0.38, 0.45)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
