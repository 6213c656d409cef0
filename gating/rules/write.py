"""From a rule back to the TOML text that says it; reading that gives the same rule again."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from gating.model.rule import (
    MOST,
    Across,
    AllOf,
    Allowlist,
    AnyOf,
    AtLeast,
    Code,
    Denylist,
    Erc20,
    ExpiringKey,
    HeldAt,
    HeldContinuously,
    HeldThrough,
    Holds,
    Ids,
    Linked,
    MintedBefore,
    MintRank,
    Not,
    RoleElsewhere,
    Rule,
    Tier,
    TokenIds,
    Trait,
    VotesAt,
    Wanted,
)

Pair = tuple[str, str]


def written(rule: Rule) -> str:
    """The rule as one inline table, such as `{ holds = "album", min = 3 }`."""
    return _table(_PAIRS[type(rule)](rule))


def ids_text(ids: Ids) -> str:
    """Token ids as people write them: `1-100, 777`."""
    return ", ".join(_span_text(low, high) for low, high in ids.spans)


def amount_text(units: int, decimals: int) -> str:
    """Base units as whole tokens, exactly."""
    if not decimals:
        return str(units)
    whole, part = divmod(units, 10**decimals)
    digits = str(part).zfill(decimals).rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def _table(pairs: Iterable[Pair]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in pairs) + " }"


def _list(parts: Iterable[Rule]) -> str:
    return "[ " + ", ".join(map(written, parts)) + " ]"


def _text(value: str) -> str:
    """A basic string: JSON's escapes are TOML's too, without surrogates and DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _span_text(low: int, high: int) -> str:
    if low == high:
        return str(low)
    return f"{low}-" if high == MOST else f"{low}-{high}"


def _wanted(wanted: Wanted, decimals: int = 0) -> tuple[Pair, ...]:
    def shown(units: int) -> str:
        return _text(amount_text(units, decimals)) if decimals else str(units)

    pairs = [("min", shown(wanted.min))]
    if wanted.max is not None:
        pairs.append(("max", shown(wanted.max)))
    if wanted.across is not Across.SUM:
        pairs.append(("across", _text(wanted.across)))
    return tuple(pairs)


def _asked(key: str, rule: Any, *more: Pair) -> tuple[Pair, ...]:
    """Of a rule with a contract and an amount."""
    contract = rule.contract
    return ((key, _text(contract.name)), *more, *_wanted(rule.wanted, contract.decimals))


def _timed(key: str, rule: Any, *more: Pair) -> tuple[Pair, ...]:
    """Of a rule with a contract and a number of tokens."""
    return ((key, _text(rule.contract.name)), *more, ("min", str(rule.min)))


def _trait(rule: Trait) -> tuple[Pair, ...]:
    where = _table((_text(key), _text(value)) for key, value in rule.traits)
    return _asked("trait", rule, ("where", where))


def _minted_before(rule: MintedBefore) -> tuple[Pair, ...]:
    if rule.time is None:
        return _timed("minted_before", rule, ("block", str(rule.block)))
    moment = datetime.fromtimestamp(rule.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _timed("minted_before", rule, ("time", moment))


def _mint_rank(rule: MintRank) -> tuple[Pair, ...]:
    return (
        ("mint_rank", _text(rule.contract.name)),
        ("first", str(rule.first)),
        ("of", _text(rule.of)),
    )


def _held_through(rule: HeldThrough) -> tuple[Pair, ...]:
    blocks = (("first_block", str(rule.first)), ("last_block", str(rule.last)))
    return _timed("held_through", rule, *blocks)


_PAIRS: Mapping[type, Callable[[Any], tuple[Pair, ...]]] = {
    AllOf: lambda rule: (("all", _list(rule.parts)),),
    AnyOf: lambda rule: (("any", _list(rule.parts)),),
    AtLeast: lambda rule: (("at_least", str(rule.needed)), ("of", _list(rule.parts))),
    Not: lambda rule: (("not", written(rule.part)),),
    Holds: lambda rule: _asked("holds", rule),
    TokenIds: lambda rule: _asked("token_ids", rule, ("ids", _text(ids_text(rule.ids)))),
    Tier: lambda rule: _asked("tier", rule, ("is", _text(rule.tier))),
    Trait: _trait,
    MintRank: _mint_rank,
    MintedBefore: _minted_before,
    HeldContinuously: lambda rule: _timed("held_continuously", rule, ("days", str(rule.days))),
    HeldAt: lambda rule: _asked("held_at", rule, ("block", str(rule.block))),
    HeldThrough: _held_through,
    Erc20: lambda rule: _asked("erc20", rule),
    VotesAt: lambda rule: _asked("votes_at", rule, ("block", str(rule.block))),
    ExpiringKey: lambda rule: (("expiring_key", _text(rule.contract.name)),),
    Allowlist: lambda rule: (("allowlist", _text(rule.list)),),
    Denylist: lambda rule: (("denylist", _text(rule.list)),),
    Linked: lambda rule: (("linked", _text(rule.platform)),),
    RoleElsewhere: lambda rule: (("role_elsewhere", _text(rule.platform)), ("id", rule.id)),
    Code: lambda rule: (("code", _text(rule.name)),),
}
