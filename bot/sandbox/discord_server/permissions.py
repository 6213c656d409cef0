"""Who may do what: base rights, channel overwrites, and role order (Discord: Permissions)."""

from collections.abc import Iterable

from bot.sandbox.discord_server.state import Channel, Guild, Member, Overwrite, Role

CREATE_INVITE = 1 << 0
KICK_MEMBERS = 1 << 1
BAN_MEMBERS = 1 << 2
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_AUDIT_LOG = 1 << 7
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
CHANGE_NICKNAME = 1 << 26
MANAGE_NICKNAMES = 1 << 27
MANAGE_ROLES = 1 << 28
MANAGE_WEBHOOKS = 1 << 29
USE_COMMANDS = 1 << 31
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_IN_THREADS = 1 << 38
MODERATE_MEMBERS = 1 << 40
PIN_MESSAGES = 1 << 51

EVERYTHING = (1 << 53) - 1
EVERYONE = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_HISTORY
    | ADD_REACTIONS
    | CREATE_INVITE
    | CHANGE_NICKNAME
    | USE_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_IN_THREADS
)
# What a doorkeeper asks for: roles, seeing and speaking; never Administrator.
DOORKEEPER = (
    MANAGE_ROLES
    | VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_HISTORY
    | ADD_REACTIONS
    | USE_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_IN_THREADS
)


def base_permissions(guild: Guild, member: Member) -> int:
    """The member's rights in the guild before any channel has its say."""
    if member.user_id == guild.owner_id:
        return EVERYTHING
    granted = guild.roles[guild.id].permissions
    for role_id in member.roles:
        granted |= guild.roles[role_id].permissions
    return EVERYTHING if granted & ADMINISTRATOR else granted


def channel_permissions(guild: Guild, member: Member, channel: Channel) -> int:
    """The member's rights in a channel: @everyone, then roles together, then the member."""
    granted = base_permissions(guild, member)
    if granted & ADMINISTRATOR:
        return EVERYTHING
    overwrites = _source(guild, channel).overwrites
    granted = _apply(granted, overwrites.get(guild.id))
    of_roles = [overwrites[role] for role in member.roles if role in overwrites]
    denied = _union(o.deny for o in of_roles)
    granted = (granted & ~denied) | _union(o.allow for o in of_roles)
    granted = _apply(granted, overwrites.get(member.user_id))
    return granted if granted & VIEW_CHANNEL else 0


def sees(guild: Guild, user_id: int, channel: Channel) -> bool:
    member = guild.members.get(user_id)
    return member is not None and bool(
        channel_permissions(guild, member, channel) & VIEW_CHANNEL,
    )


def rank(role: Role) -> tuple[int, int]:
    """Sort key of the role order: a higher position wins, and at the same one the older role."""
    return role.position, -role.id


def top_rank(guild: Guild, member: Member) -> tuple[int, int]:
    """The rank of the member's highest role; the owner stands above all."""
    if member.user_id == guild.owner_id:
        return (1 << 30, 0)
    own = [guild.roles[r] for r in member.roles]
    return max((rank(r) for r in own), default=rank(guild.roles[guild.id]))


def may_manage(guild: Guild, member: Member, role: Role) -> bool:
    """Whether the member may give, take or edit the role: right, order, and not a bot's own."""
    if not base_permissions(guild, member) & MANAGE_ROLES:
        return False
    return not role.managed and role.id != guild.id and rank(role) < top_rank(guild, member)


def _source(guild: Guild, channel: Channel) -> Channel:
    """Threads have no overwrites of their own."""
    parent = channel.parent_id if channel.owner_id else None
    return guild.channels.get(parent, channel) if parent else channel


def _apply(granted: int, overwrite: Overwrite | None) -> int:
    return granted if overwrite is None else (granted & ~overwrite.deny) | overwrite.allow


def _union(flags: Iterable[int]) -> int:
    total = 0
    for flag in flags:
        total |= flag
    return total
