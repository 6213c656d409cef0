"""The register of access: each table, what of it is a person's, and what forgetting does to it.

A test holds it against the schema: a new table or column that stands nowhere here fails.
"""

from collections.abc import Mapping

from gating.model.personal import Forgetting, Held, Whose, is_about_nobody

ACCOUNT = ("platform", "user_id")
HELD: Mapping[str, Held] = {
    "account": Held(
        Whose.FAN,
        Forgetting.DELETED,
        owner=("fan_id",),
        shown=(*ACCOUNT, "username", "display_name", "picture"),
        inner=("fan_id",),
    ),
    "wallet": Held(
        Whose.FAN,
        Forgetting.DELETED,
        owner=("fan_id",),
        shown=(
            *("address", "label", "linked_at", "kind"),
            *("proof_chain", "proof_digest", "proof_signature"),
        ),
        inner=("fan_id", "proof_due"),
    ),
    "wallet_trail": Held(
        Whose.FAN,
        Forgetting.UNLINKED,
        owner=("last", "taken_from"),
        shown=("address", "freed_at", "moved_at", "expelled"),
        inner=("last", "taken_from"),
    ),
    "wallet_visit": Held(
        Whose.WALLET,
        Forgetting.DELETED,
        owner=("address",),
        shown=("address", "expires_at"),
        inner=("token_hash", "text"),
    ),
    "held_pass": Held(
        Whose.ACCOUNT,
        Forgetting.DELETED,
        owner=ACCOUNT,
        shown=(*ACCOUNT, "gate", "target", "ends_at"),
        inner=("released", "contested", "missed_at"),
    ),
    "invitation": Held(
        Whose.ACCOUNT,
        Forgetting.DELETED,
        owner=ACCOUNT,
        shown=(*ACCOUNT, "target", "owed", "title", "until"),
        inner=("url",),
    ),
    "knock": Held(Whose.ACCOUNT, Forgetting.DELETED, owner=ACCOUNT, shown=(*ACCOUNT, "target")),
    "link": Held(
        Whose.ACCOUNT,
        Forgetting.DELETED,
        owner=ACCOUNT,
        shown=(
            *ACCOUNT,
            *("username", "display_name", "picture", "state", "issued_at", "expires_at"),
            *("proof", "proved", "errand_until", "address", "text", "code_tries"),
            *("wallet_kind", "wallet_chain", "wallet_digest", "wallet_signature"),
        ),
        inner=("id", "token_hash", "browser", "errand", "nonce", "code_hash"),
    ),
    "join_code": Held(
        Whose.FAN,
        Forgetting.DELETED,
        owner=("fan_id",),
        shown=("expires_at",),
        inner=("code_hash", "fan_id"),
    ),
    "code_try": Held(
        Whose.ACCOUNT,
        Forgetting.DELETED,
        owner=ACCOUNT,
        shown=(*ACCOUNT, "tried_at"),
        inner=("id",),
    ),
    "guest": Held(
        Whose.FAN,
        Forgetting.DELETED,
        owner=("fan_id",),
        shown=("guest_list", "since", "off_at"),
        inner=("fan_id", "code"),
    ),
    "guest_code": is_about_nobody(
        *("number", "guest_list", "seal", "places", "used", "made_at", "expires_at", "stopped")
    ),
    "seen_role": Held(
        Whose.ACCOUNT,
        Forgetting.DELETED,
        owner=ACCOUNT,
        shown=(*ACCOUNT, "target", "has", "seen_at"),
    ),
    "listen_ticket": Held(
        Whose.FAN,
        Forgetting.DELETED,
        owner=("fan_id",),
        shown=("drop_id", "expires_at"),
        inner=("token_hash", "fan_id"),
    ),
    "listen_session": Held(
        Whose.FAN,
        Forgetting.DELETED,
        owner=("fan_id",),
        shown=("drop_id", "expires_at"),
        inner=("token_hash", "fan_id"),
    ),
    "draft": Held(
        Whose.ACCOUNT,
        Forgetting.DELETED,
        owner=ACCOUNT,
        shown=(*ACCOUNT, "digest", "filename", "media_type", "size", "title", "note"),
    ),
    "open_form": Held(
        Whose.ACCOUNT, Forgetting.DELETED, owner=ACCOUNT, shown=(*ACCOUNT, "progress")
    ),
    "outbox": Held(
        Whose.LANE,
        Forgetting.DELETED,
        owner=("lane",),
        shown=("platform", "act", "state", "due_at", "attempts", "code"),
        inner=("id", "queue", "lane", "urgency", "leased_until", "erase"),
    ),
    "audit": Held(
        Whose.NAMED,
        Forgetting.UNLINKED,
        owner=("fan_id",),
        shown=("at", "what", "chain_id", "block_number", "block_hash", "facts"),
        inner=("id", "fan_id"),
    ),
    "rule_change": Held(
        Whose.ACCOUNT,
        Forgetting.UNLINKED,
        owner=ACCOUNT,
        shown=(*ACCOUNT, "who", "gate", "rule", "previous", "changed_at"),
        inner=("number", "filed"),
    ),
    "transfer": Held(
        Whose.WALLET,
        Forgetting.PUBLIC,
        owner=("sender", "receiver"),
        shown=(
            *("asset_id", "block_number", "block_time", "token_id", "amount"),
            *("sender", "receiver"),
        ),
        inner=("log_index", "sub_index", "block_hash"),
    ),
    "delegation": Held(
        Whose.WALLET,
        Forgetting.PUBLIC,
        owner=("vault", "hot"),
        shown=(
            *("chain_id", "block_number", "vault", "hot", "scope", "contract", "token_id"),
            *("rights", "enabled"),
        ),
        inner=("registry_address", "log_index", "block_hash"),
    ),
    "delegation_changed": Held(
        Whose.WALLET, Forgetting.DELETED, owner=("wallet",), shown=("wallet",)
    ),
    "delegation_reach": is_about_nobody("chain_id", "registry_address", "first_block", "number"),
    "fan": Held(
        Whose.FAN,
        Forgetting.DELETED,
        owner=("id", "merged_into"),
        shown=("created_at", "left_at", "look_at"),
        inner=("id", "merged_into"),
    ),
    "drop": is_about_nobody(
        *("id", "digest", "filename", "media_type", "size", "title", "note", "gate"),
        "published_at",
    ),
    "brake": is_about_nobody("gate", "pulled_at"),
    "moved_chat": is_about_nobody("chat", "now", "settled"),
    "lost_right": is_about_nobody("chat", "code"),
    "posted": is_about_nobody("platform", "subject", "ref"),
    "asset": is_about_nobody("id", "chain_id", "contract", "kind"),
    "followed_block": is_about_nobody("asset_id", "number", "hash", "timestamp"),
    "ledger_marks": is_about_nobody("asset_id", "settled", "final", "silent"),
    "skipped_log": is_about_nobody("asset_id", "reason", "logs", "first_block"),
}
"""In the order in which rows are deleted: what names a fan goes before the fan."""
