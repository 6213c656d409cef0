"""Rate limits as Discord keeps them: per route and major id, 50 a second overall, and the ban
for too many invalid requests (Discord: Rate Limits)."""

import asyncio
import hashlib
from collections import deque
from dataclasses import dataclass, field

_INVALID_MAX = 10_000
_INVALID_WINDOW = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `limit` requests in `per` seconds."""

    limit: int
    per: float


@dataclass(slots=True)
class Bucket:
    rule: Rule
    left: int
    resets: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Headers for the answer and, if the request came too soon, how long to wait."""

    headers: dict[str, str] = field(default_factory=dict)
    wait: float | None = None
    everywhere: bool = False
    banned: bool = False


_ROLE = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
_MESSAGES = "/channels/{channel_id}/messages"
_EASY = Rule(50, 1.0)
_RULES = {
    ("POST", _MESSAGES): Rule(5, 5.0),
    ("PATCH", _MESSAGES + "/{message_id}"): Rule(5, 5.0),
    ("DELETE", _MESSAGES + "/{message_id}"): Rule(5, 1.0),
    ("PUT", _MESSAGES + "/{message_id}/reactions/{emoji_name}/@me"): Rule(1, 0.25),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"): Rule(5, 2.0),
}


class Limits:
    """Counts requests. `role_rule` and `global_rule` may be replaced to scale a test's time.

    `role_limit=False` lifts the limit on role writes only: 10 in 10 s for a server is what others
    measured, Discord does not document it.
    """

    def __init__(self, *, role_limit: bool) -> None:
        self.role_rule: Rule | None = Rule(10, 10.0) if role_limit else None
        self.global_rule = Rule(50, 1.0)
        self.refused = 0
        self._buckets: dict[tuple[str, str, str], Bucket] = {}
        self._recent: dict[str, deque[float]] = {}
        self._invalid: deque[float] = deque()

    @property
    def invalid_requests(self) -> int:
        """How many answers of the last ten minutes were 401, 403 or 429."""
        now = asyncio.get_running_loop().time()
        while self._invalid and self._invalid[0] < now - _INVALID_WINDOW:
            self._invalid.popleft()
        return len(self._invalid)

    def count_answer(self, status: int) -> None:
        if status in (401, 403, 429):
            self._invalid.append(asyncio.get_running_loop().time())

    def take(self, who: str, method: str, template: str, major: str) -> Verdict:
        """Count one request of `who`, or say how long it has to wait."""
        if self.invalid_requests >= _INVALID_MAX:
            return Verdict(wait=_INVALID_WINDOW, banned=True)
        now = asyncio.get_running_loop().time()
        if not template.startswith(("/interactions", "/webhooks")):
            wait = self._over_everything(who, now)
            if wait is not None:
                return Verdict({"X-RateLimit-Global": "true"}, wait, everywhere=True)
        return self._in_bucket(who, method, template, major, now)

    def _over_everything(self, who: str, now: float) -> float | None:
        recent = self._recent.setdefault(who, deque())
        while recent and recent[0] <= now - self.global_rule.per:
            recent.popleft()
        if len(recent) >= self.global_rule.limit:
            return recent[0] + self.global_rule.per - now
        recent.append(now)
        return None

    def _in_bucket(self, who: str, method: str, template: str, major: str, now: float) -> Verdict:
        rule, name = self._rule(method, template)
        key = (who, name, major)
        bucket = self._buckets.get(key)
        if bucket is None or bucket.resets <= now:
            bucket = self._buckets[key] = Bucket(rule, rule.limit, now + rule.per)
        wait = bucket.resets - now if bucket.left <= 0 else None
        bucket.left = max(bucket.left - 1, 0)
        return Verdict(_headers(bucket, name, now), wait)

    def _rule(self, method: str, template: str) -> tuple[Rule, str]:
        """Giving and taking a role share a bucket; other routes have one for each method."""
        if template == _ROLE:
            return self.role_rule or _EASY, "role writes"
        return _RULES.get((method, template), _EASY), f"{method} {template}"


def _headers(bucket: Bucket, name: str, now: float) -> dict[str, str]:
    after = max(bucket.resets - now, 0.001)
    mark = hashlib.sha256(name.encode()).hexdigest()[:32]
    return {
        "X-RateLimit-Limit": str(bucket.rule.limit),
        "X-RateLimit-Remaining": str(bucket.left),
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": mark,
    }
