"""The register of votes, as `gating.adapters.sql.held` is that of access."""

from collections.abc import Mapping

from gating.model.personal import Forgetting, Held, Whose, is_about_nobody

HELD: Mapping[str, Held] = {
    "poll_ballot": Held(
        Whose.FAN,
        Forgetting.UNLINKED,
        owner=("fan_id",),
        shown=("poll_id", "seq", "line", "counts", "voter", "power", "weight", "receipt", "salt"),
        inner=("fan_id",),
    ),
    "poll_tap": Held(
        Whose.FAN, Forgetting.DELETED, owner=("fan_id",), shown=("poll_id", "tap", "seq")
    ),
    "poll_claim": Held(
        Whose.WALLET, Forgetting.PUBLIC, owner=("address",), shown=("poll_id", "address", "voter")
    ),
    "poll_census": Held(
        Whose.WALLET, Forgetting.PUBLIC, owner=("address",), shown=("poll_id", "address", "power")
    ),
    "poll_delegate": Held(
        Whose.WALLET,
        Forgetting.PUBLIC,
        owner=("vault", "hot"),
        shown=("poll_id", "vault", "hot", "place"),
    ),
    "poll": is_about_nobody(
        *("id", "state", "definition", "signature", "body", "census_root", "census_wallets"),
        *("census_power", "census_people", "log_size", "log_head", "opens", "closes"),
        *("closed_at", "record_hash", "record_cid", "winners", "cancelled_by", "cancelled_at"),
        "cancel_reason",
    ),
}
