"""Each predicate as it is written: the keys of its table, and what may stand under them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from gating.model import Platform
from gating.model.rule import (
    Across,
    Allowlist,
    Code,
    Contract,
    ContractKind,
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
    RankOf,
    RoleElsewhere,
    Rule,
    Tier,
    TokenIds,
    Trait,
    VotesAt,
    Wanted,
)
from gating.rules.fields import MOST_BLOCK, Fields

MOST_DAYS = 36_500
_NAME: Final = 40
_KIND = ContractKind
_TOKENS = (_KIND.ERC721, _KIND.ERC1155)
_AMOUNT_KEYS = ("min", "max", "across")


@dataclass(frozen=True, slots=True)
class Book:
    """What rules may name: contracts, lists, and the traits and values of each contract.

    `opened`: what the club's own gates open, by platform and id, with the gate's id; no rule asks
    for that, or a gate would keep itself open. `without`: platforms on which the club is not.
    """

    contracts: Mapping[str, Contract]
    lists: Collection[str] = ()
    traits: Mapping[str, Mapping[str, Collection[str]]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    opened: Mapping[tuple[Platform, str], str] = field(
        default_factory=lambda: MappingProxyType({})
    )
    without: frozenset[Platform] = frozenset()


def _contract(fields: Fields, key: str, book: Book, kinds: Collection[ContractKind]) -> Contract:
    """The contract that is named, of a kind that the rule can ask."""
    named = book.contracts[fields.one_of(key, book.contracts)]
    if named.kind not in kinds:
        right = " or ".join(kinds)
        raise fields.mistake(
            key, f'is "{named.name}" of kind {named.kind}; name a contract of kind {right}'
        )
    return named


def _wanted(fields: Fields, decimals: int = 0) -> Wanted:
    """`min`, `max` and `across`; a min of 0 only says something with a max."""
    has_max = "max" in fields.table
    fallback = 1 if not decimals else 0 if has_max else None
    smallest = fields.amount("min", decimals, least=0 if has_max else 1, default=fallback)
    greatest = fields.amount("max", decimals, least=0) if has_max else None
    if greatest is not None and greatest < smallest:
        raise fields.mistake("max", "is below min (1 if left out); write a max of min or more")
    across = fields.one_of("across", list(Across), default=Across.SUM)
    return Wanted(smallest, greatest, Across(across))


def _holds(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "holds", book, _TOKENS)
    return Holds(contract, _wanted(fields))


def _token_ids(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "token_ids", book, _TOKENS)
    return TokenIds(contract, fields.ids("ids"), _wanted(fields))


def _tier(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "tier", book, _TOKENS)
    known = [name for name, _ in contract.tiers]
    if not known:
        raise fields.mistake(
            "tier", f'is "{contract.name}", which has no tiers; give it tiers = {{ gold = "1-9" }}'
        )
    return Tier(contract, fields.one_of("is", known), _wanted(fields))


def _trait(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "trait", book, _TOKENS)
    known = book.traits.get(contract.name)
    if not known:
        right = 'traits = "traits.json"'
        raise fields.mistake(
            "trait", f'is "{contract.name}", which has no traits; give it {right}'
        )
    wanted = fields.must_have("where", '{ colour = "gold" }')
    if not isinstance(wanted, Mapping) or not wanted:
        raise fields.mistake("where", 'must be a table such as { colour = "gold" }')
    asked = Fields(wanted, (*fields.where, "where"))
    asked.only(known, "the traits")
    pairs = tuple((key, asked.one_of(key, sorted(known[key]))) for key in sorted(wanted))
    return Trait(contract, pairs, _wanted(fields))


def _mint_rank(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "mint_rank", book, (_KIND.ERC721,))
    of = fields.one_of("of", list(RankOf), default=RankOf.TOKENS)
    return MintRank(contract, fields.whole("first"), RankOf(of))


def _minted_before(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "minted_before", book, (_KIND.ERC721,))
    given = {"block", "time"} & set(fields.table)
    if len(given) != 1:
        raise fields.mistake("minted_before", "asks for either block = … or time = …, one of both")
    block = fields.whole("block", most=MOST_BLOCK) if "block" in given else None
    time = fields.time("time") if "time" in given else None
    return MintedBefore(contract, block, time, fields.whole("min", default=1))


def _held_continuously(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "held_continuously", book, (_KIND.ERC721,))
    days = fields.whole("days", most=MOST_DAYS)
    return HeldContinuously(contract, days, fields.whole("min", default=1))


def _held_at(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "held_at", book, (*_TOKENS, _KIND.ERC20))
    block = fields.whole("block", most=MOST_BLOCK)
    return HeldAt(contract, block, _wanted(fields, contract.decimals))


def _held_through(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "held_through", book, (_KIND.ERC721,))
    first, last = (fields.whole(key, most=MOST_BLOCK) for key in ("first_block", "last_block"))
    if first > last:
        raise fields.mistake("last_block", "is before first_block; write a later block")
    return HeldThrough(contract, first, last, fields.whole("min", default=1))


def _erc20(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "erc20", book, (_KIND.ERC20,))
    return Erc20(contract, _wanted(fields, contract.decimals))


def _votes_at(fields: Fields, book: Book) -> Rule:
    contract = _contract(fields, "votes_at", book, (_KIND.VOTES,))
    block = fields.whole("block", most=MOST_BLOCK)
    return VotesAt(contract, block, _wanted(fields, contract.decimals))


def _expiring_key(fields: Fields, book: Book) -> Rule:
    return ExpiringKey(_contract(fields, "expiring_key", book, (_KIND.KEY,)))


def _allowlist(fields: Fields, book: Book) -> Rule:
    return Allowlist(_list(fields, "allowlist", book))


def _denylist(fields: Fields, book: Book) -> Rule:
    return Denylist(_list(fields, "denylist", book))


def _list(fields: Fields, key: str, book: Book) -> str:
    if not book.lists:
        raise fields.mistake(
            key, 'names a list, and there is none; write [lists] and name = "file.csv" first'
        )
    return fields.one_of(key, book.lists)


def _linked(fields: Fields, book: Book) -> Rule:
    return Linked(Platform(fields.one_of("linked", list(Platform))))


def _role_elsewhere(fields: Fields, book: Book) -> Rule:
    platform = Platform(fields.one_of("role_elsewhere", list(Platform)))
    if platform in book.without:
        raise fields.mistake(
            "role_elsewhere", f"is {platform}, and the club is not there; write [{platform}] first"
        )
    least = 1 if platform is Platform.DISCORD else -MOST_BLOCK
    named = str(fields.whole("id", least=least, most=MOST_BLOCK))
    gate = book.opened.get((platform, named))
    if gate is not None:
        raise fields.mistake(
            "id",
            f"is what the gate {gate} opens; ask for what that gate asks for, "
            "or a gate would keep itself open",
        )
    return RoleElsewhere(platform, named)


def _code(fields: Fields, book: Book) -> Rule:
    name = fields.text("code", "guests")
    if not 1 <= len(name) <= _NAME or not name.isprintable():
        raise fields.mistake("code", f"must be a name of 1 to {_NAME} letters")
    return Code(name)


Written = tuple[tuple[str, ...], Callable[[Fields, Book], Rule]]
"""The keys beside the rule's own, and what reads the table."""

PREDICATES: Mapping[str, Written] = {
    "holds": (_AMOUNT_KEYS, _holds),
    "token_ids": (("ids", *_AMOUNT_KEYS), _token_ids),
    "tier": (("is", *_AMOUNT_KEYS), _tier),
    "trait": (("where", *_AMOUNT_KEYS), _trait),
    "mint_rank": (("first", "of"), _mint_rank),
    "minted_before": (("block", "time", "min"), _minted_before),
    "held_continuously": (("days", "min"), _held_continuously),
    "held_at": (("block", *_AMOUNT_KEYS), _held_at),
    "held_through": (("first_block", "last_block", "min"), _held_through),
    "erc20": (_AMOUNT_KEYS, _erc20),
    "votes_at": (("block", *_AMOUNT_KEYS), _votes_at),
    "expiring_key": ((), _expiring_key),
    "allowlist": ((), _allowlist),
    "denylist": ((), _denylist),
    "linked": ((), _linked),
    "role_elsewhere": (("id",), _role_elsewhere),
    "code": ((), _code),
}
