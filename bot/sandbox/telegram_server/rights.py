"""Names of administrator rights and member permissions (Bot API: ChatAdministratorRights)."""

ADMIN_ALWAYS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
ADMIN_GROUP = ("can_pin_messages", "can_manage_topics", "can_manage_tags")
ADMIN_CHANNEL = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
ADMIN_RIGHTS = frozenset(ADMIN_ALWAYS + ADMIN_GROUP + ADMIN_CHANNEL)

PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
DEFAULT_PERMISSIONS = frozenset(PERMISSIONS) - {
    "can_change_info",
    "can_pin_messages",
    "can_manage_topics",
}


def rights_in(kind: str) -> tuple[str, ...]:
    """The rights that an administrator of this kind of chat can hold."""
    return ADMIN_ALWAYS + (ADMIN_CHANNEL if kind == "channel" else ADMIN_GROUP)
