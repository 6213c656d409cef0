"""What each rule asks, as the key of a sentence and what fills it. Pure."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gating.errors import Fact
from gating.model import Notice, Platform
from gating.model.rule import (
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
)
from gating.rules.naming import ranges
from gating.rules.write import amount_text

Amounts = Holds | TokenIds | Tier | Trait | HeldAt | Erc20 | VotesAt
"""Rules that ask for an amount over the fan's wallets."""


def asked(rule: Rule) -> Iterable[Notice]:
    """What is asked, and in which of the wallets if that matters."""
    yield _ASKED[type(rule)](rule)
    if isinstance(rule, Amounts) and rule.wanted.across is not Across.SUM:
        yield Notice(f"rule.across.{rule.wanted.across}")


def _amount(key: str, **more: Callable[[Any], Fact]) -> Callable[[Any], Notice]:
    """Of a rule with an amount; with a `max` it is another sentence that comes after."""

    def told(rule: Any) -> Notice:
        wanted, decimals = rule.wanted, rule.contract.decimals
        facts: dict[str, Fact] = {
            "contract": rule.contract.asset.name,
            "least": amount_text(wanted.min, decimals),
            **{name: fact(rule) for name, fact in more.items()},
        }
        if wanted.max is None:
            return Notice(f"rule.{key}", facts)
        return Notice(f"rule.{key}.upto", {**facts, "most": amount_text(wanted.max, decimals)})

    return told


def _plain(key: str, *names: str) -> Callable[[Any], Notice]:
    """Of a rule whose fields fill the sentence as they are."""

    def told(rule: Any) -> Notice:
        facts: dict[str, Fact] = {name: getattr(rule, name) for name in names}
        if hasattr(rule, "contract"):
            facts["contract"] = rule.contract.asset.name
        return Notice(f"rule.{key}", facts)

    return told


def _minted_before(rule: MintedBefore) -> Notice:
    names = ("block", "min") if rule.block is not None else ("time", "min")
    return _plain(f"minted_before.{names[0]}", *names)(rule)


def _mint_rank(rule: MintRank) -> Notice:
    return _plain(f"mint_rank.{rule.of}", "first")(rule)


def _role(rule: RoleElsewhere) -> Notice:
    return _plain("role" if rule.platform is Platform.DISCORD else "chat", "id")(rule)


def _held_through(rule: HeldThrough) -> Notice:
    told = _plain("held_through", "min")(rule)
    return Notice(told.key, {**told.facts, "block_first": rule.first, "block_last": rule.last})


def _linked(rule: Linked) -> Notice:
    return Notice("rule.linked", {"platform": rule.platform.capitalize()})


def _traits(rule: Trait) -> str:
    return ", ".join(f"{key} {value}" for key, value in rule.traits)


_ASKED: Mapping[type, Callable[[Any], Notice]] = {
    AllOf: _plain("all"),
    AnyOf: _plain("any"),
    AtLeast: _plain("at_least", "needed"),
    Not: _plain("not"),
    Holds: _amount("holds"),
    TokenIds: _amount("token_ids", ids=lambda rule: ranges(rule.ids)),
    Tier: _amount("tier", tier=lambda rule: rule.tier),
    Trait: _amount("trait", traits=_traits),
    HeldAt: _amount("held_at", block=lambda rule: rule.block),
    Erc20: _amount("erc20"),
    VotesAt: _amount("votes_at", block=lambda rule: rule.block),
    MintRank: _mint_rank,
    MintedBefore: _minted_before,
    HeldContinuously: _plain("held_continuously", "days", "min"),
    HeldThrough: _held_through,
    ExpiringKey: _plain("expiring_key"),
    Allowlist: _plain("allowlist", "list"),
    Denylist: _plain("denylist", "list"),
    Linked: _linked,
    RoleElsewhere: _role,
    Code: _plain("code", "name"),
}
