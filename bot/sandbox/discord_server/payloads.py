"""Records as the JSON that Discord's REST and gateway carry (Discord: Resources)."""

from datetime import datetime
from typing import Any

from bot.sandbox.discord_server.permissions import channel_permissions
from bot.sandbox.discord_server.state import (
    CATEGORY,
    DM,
    THREAD,
    App,
    AuditEntry,
    Channel,
    Guild,
    Invite,
    Member,
    Overwrite,
    Role,
    State,
    User,
    Webhook,
)

Json = dict[str, Any]

_LARGE = 250  # members from which a guild counts as large


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def user_json(user: User) -> Json:
    body: Json = {
        "id": str(user.id),
        "username": user.username,
        "global_name": None if user.bot else user.name,
        "avatar": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "discriminator": "0000" if user.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "banner": None,
        "accent_color": None,
        "primary_guild": None,
    }
    return body | {"bot": True} if user.bot else body


def me_json(user: User) -> Json:
    return user_json(user) | {
        "mfa_enabled": True,
        "locale": user.locale,
        "verified": True,
        "email": None,
    }


def person_json(user: User) -> Json:
    """What the scope `identify` shows of a person: not their address."""
    seen = ("mfa_enabled", "locale")
    known = me_json(user)
    return user_json(user) | {key: known[key] for key in seen} | {"premium_type": 0}


def member_json(state: State, member: Member, *, with_user: bool = True) -> Json:
    body: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": member.muted_until,
        "flags": 0,
        "joined_at": iso(member.joined_at),
        "nick": member.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role) for role in sorted(member.roles)],
        "mute": False,
        "deaf": False,
    }
    return body | {"user": user_json(state.users[member.user_id])} if with_user else body


def role_json(role: Role) -> Json:
    body: Json = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": role.color,
        "colors": {"primary_color": role.color, "secondary_color": None, "tertiary_color": None},
        "hoist": role.hoist,
        "managed": role.managed,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return body | {"tags": {"bot_id": str(role.bot_id)}} if role.bot_id else body


def overwrite_json(overwrite: Overwrite) -> Json:
    return {
        "id": str(overwrite.id),
        "type": overwrite.type,
        "allow": str(overwrite.allow),
        "deny": str(overwrite.deny),
    }


def channel_json(state: State, channel: Channel) -> Json:
    last = max(channel.messages, default=None)
    body: Json = {
        "id": str(channel.id),
        "type": channel.type,
        "flags": 0,
        "last_message_id": str(last) if last else None,
    }
    if channel.type == DM:
        return body | _dm_fields(state, channel)
    body |= {"guild_id": str(channel.guild_id), "name": channel.name}
    body["parent_id"] = str(channel.parent_id) if channel.parent_id else None
    body["rate_limit_per_user"] = channel.slowmode
    return body | (_thread_fields(channel) if channel.type == THREAD else _guild_fields(channel))


def _dm_fields(state: State, channel: Channel) -> Json:
    person = channel.recipients[1] if channel.recipients else 0
    return {"recipients": [user_json(state.users[person])]}


def _guild_fields(channel: Channel) -> Json:
    body: Json = {
        "position": channel.position,
        "permission_overwrites": [overwrite_json(o) for o in channel.overwrites.values()],
        "nsfw": channel.nsfw,
    }
    return body if channel.type == CATEGORY else body | {"topic": channel.topic}


def _thread_fields(channel: Channel) -> Json:
    from_people = len(channel.messages)
    return {
        "owner_id": str(channel.owner_id),
        "message_count": from_people,
        "total_message_sent": from_people,
        "member_count": 1,
        "thread_metadata": {
            "archived": channel.archived,
            "archive_timestamp": None,
            "auto_archive_duration": 1440,
            "locked": False,
        },
    }


def guild_json(guild: Guild) -> Json:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": [],
        "banner": None,
        "owner_id": str(guild.owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role_json(role) for role in guild.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def guild_create_json(state: State, guild: Guild, members: list[Member]) -> Json:
    """GUILD_CREATE: the guild with channels, threads and those members this session may have."""
    threads = [c for c in guild.channels.values() if c.type == THREAD]
    channels = [c for c in guild.channels.values() if c.type != THREAD]
    joined = min((m.joined_at for m in members), default=state.clock())
    return guild_json(guild) | {
        "joined_at": iso(joined),
        "large": len(guild.members) > _LARGE,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(state, m) for m in members],
        "channels": [channel_json(state, c) for c in channels],
        "threads": [channel_json(state, c) for c in threads],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def app_json(state: State, app: App) -> Json:
    bot = user_json(state.users[app.id])
    return {
        "id": str(app.id),
        "name": app.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": bot,
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": app_flags(app),
        "flags_new": str(app_flags(app)),
        "redirect_uris": list(app.redirect_uris),
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": bot,
        "approximate_guild_count": sum(app.id in g.members for g in state.guilds.values()),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }


def app_flags(app: App) -> int:
    """Which privileged intents the owner switched on, as the application's limited flags."""
    flags = {1 << 1: 1 << 15, 1 << 8: 1 << 13, 1 << 15: 1 << 19}
    return sum(flag for intent, flag in flags.items() if app.privileged & intent)


def audit_json(entry: AuditEntry) -> Json:
    body: Json = {
        "id": str(entry.id),
        "action_type": entry.action,
        "user_id": str(entry.user_id),
        "target_id": str(entry.target_id) if entry.target_id else None,
    }
    if entry.changes:
        body["changes"] = entry.changes
    return body | {"reason": entry.reason} if entry.reason else body


def webhook_json(state: State, webhook: Webhook) -> Json:
    return {
        "id": str(webhook.id),
        "type": 1,
        "application_id": str(webhook.app_id),
        "avatar": None,
        "channel_id": str(webhook.channel_id),
        "guild_id": str(webhook.guild_id),
        "name": webhook.name,
        "token": webhook.token,
        "url": f"{state.base_url}/api/webhooks/{webhook.id}/{webhook.token}",
        "user": user_json(state.users[webhook.app_id]),
    }


def invite_json(state: State, invite: Invite) -> Json:
    guild, channel = state.guilds[invite.guild_id], state.channels[invite.channel_id]
    whole = guild_json(guild)
    shared = ("id", "name", "splash", "banner", "description", "icon", "features", "nsfw")
    more = ("verification_level", "vanity_url_code", "nsfw_level", "premium_subscription_count")
    return {
        "type": 0,
        "code": invite.code,
        "inviter": user_json(state.users[invite.inviter_id]),
        "created_at": iso(invite.created),
        "expires_at": None,
        "max_age": invite.max_age,
        "max_uses": invite.max_uses,
        "uses": invite.uses,
        "temporary": False,
        "guild": {key: whole[key] for key in (*shared, *more)},
        "guild_id": str(guild.id),
        "channel": {"id": str(channel.id), "type": channel.type, "name": channel.name},
    }


def interaction_member_json(state: State, guild: Guild, member: Member, channel: Channel) -> Json:
    """The member of an interaction: with the permissions it has in that very channel."""
    rights = channel_permissions(guild, member, channel)
    return member_json(state, member) | {"permissions": str(rights)}
