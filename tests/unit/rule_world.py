"""A small world of contracts, fans and blocks, and every rule and piece of evidence in it."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as some

from gating.model import Address, Asset, Block, Platform, Unknown
from gating.model.rule import (
    MOST,
    Across,
    AllOf,
    Allowlist,
    AnyOf,
    AtLeast,
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
    Ids,
    Linked,
    MintedBefore,
    MintRank,
    Not,
    RankOf,
    RoleElsewhere,
    Rule,
    Tier,
    TokenIds,
    Trait,
    VotesAt,
    Wanted,
)
from gating.rules.evaluate import evaluate
from gating.rules.evidence import (
    Accounts,
    Balance,
    Balances,
    Evidence,
    Expiries,
    GaveCode,
    HasRole,
    HeldNow,
    HeldThen,
    History,
    HowMinted,
    KeysNow,
    Linkage,
    Mint,
    Mints,
    Need,
    OnList,
    Stay,
    Stays,
    TraitsOf,
    VotesThen,
    needs,
)
from gating.rules.finding import Outcome
from gating.rules.predicates import Book

DAY = 86_400
AT = Block(1, 1_000, "0x3e8", 100 * DAY)
ONE, TWO = Address("0x" + "01" * 20), Address("0x" + "02" * 20)


def contract(name: str, kind: ContractKind, **more: Any) -> Contract:
    return Contract(name, kind, Asset(1, Address(f"0x{len(name):040x}"), name.title()), **more)


TIERS = (("gold", Ids(((1, 10),))), ("silver", Ids(((11, 100), (200, 200)))))
TIDE = contract("tide", ContractKind.ERC721, tiers=TIERS)
STICKERS = contract("stickers", ContractKind.ERC1155)
WAVE = contract("wave-20", ContractKind.ERC20, decimals=18)
CREW = contract("crew-votes", ContractKind.VOTES, decimals=2)
PASS = contract("season-pass", ContractKind.KEY)
CONTRACTS = (TIDE, STICKERS, WAVE, CREW, PASS)
TRAITS = {"colour": {"gold", "blue"}, "hat": {"crown"}}
BOOK = Book({each.name: each for each in CONTRACTS}, ("friends", "banned"), {"tide": TRAITS})

# --- rules --------------------------------------------------------------------------------------

AMOUNTS = some.integers(1, 5) | some.just(MOST)
WANTED = some.builds(
    lambda least, more, across: Wanted(least, None if more is None else least + more, across),
    some.integers(1, 5),
    some.none() | some.integers(0, 4),
    some.sampled_from(Across),
)
SPANS = some.builds(lambda low, more: (low, low + more), some.integers(0, 12), some.integers(0, 4))
BLOCKS = some.sampled_from([1, 500, 999, 1_000, 1_001, 2_000])
FEW = some.integers(1, 3)
TOKENS = some.sampled_from([TIDE, STICKERS])


def apart(spans: list[tuple[int, int]]) -> Ids:
    """The same ids in ranges that neither meet nor overlap."""
    every = sorted({token for low, high in spans for token in range(low, high + 1)})
    starts = [token for token in every if token - 1 not in every]
    return Ids(
        tuple((low, next(t for t in every if t >= low and t + 1 not in every)) for low in starts)
    )


IDS = some.lists(SPANS, min_size=1, max_size=3).map(apart)
TRAIT_PAIRS = some.sampled_from(
    [(("colour", "gold"),), (("hat", "crown"),), (("colour", "blue"), ("hat", "crown"))]
)
PREDICATES: tuple[some.SearchStrategy[Rule], ...] = (
    some.builds(Holds, TOKENS, WANTED),
    some.builds(TokenIds, TOKENS, IDS, WANTED),
    some.builds(Tier, some.just(TIDE), some.sampled_from(["gold", "silver"]), WANTED),
    some.builds(Trait, some.just(TIDE), TRAIT_PAIRS, WANTED),
    some.builds(MintRank, some.just(TIDE), some.integers(1, 9), some.sampled_from(RankOf)),
    some.builds(MintedBefore, some.just(TIDE), BLOCKS, some.none(), FEW),
    some.builds(
        MintedBefore, some.just(TIDE), some.none(), some.integers(0, 100).map(DAY.__mul__), FEW
    ),
    some.builds(HeldContinuously, some.just(TIDE), some.integers(1, 60), FEW),
    some.builds(HeldAt, TOKENS, BLOCKS, WANTED),
    some.builds(
        lambda first, more, least: HeldThrough(TIDE, first, first + more, least),
        BLOCKS,
        some.integers(0, 600),
        FEW,
    ),
    some.builds(Erc20, some.just(WAVE), some.builds(Wanted, AMOUNTS)),
    some.builds(VotesAt, some.just(CREW), BLOCKS, WANTED),
    some.just(ExpiringKey(PASS)),
    some.builds(Allowlist, some.sampled_from(BOOK.lists)),
    some.builds(Denylist, some.sampled_from(BOOK.lists)),
    some.builds(Linked, some.sampled_from(Platform)),
    some.builds(RoleElsewhere, some.sampled_from(Platform), some.integers(1, 9).map(str)),
    some.builds(Code, some.sampled_from(["guests", 'a "quoted" näme \\ #'])),
)


def grouped(inner: some.SearchStrategy[Rule]) -> some.SearchStrategy[Rule]:
    parts = some.lists(inner, min_size=1, max_size=3).map(tuple)
    return some.one_of(
        some.builds(AllOf, parts),
        some.builds(AnyOf, parts),
        some.builds(Not, inner),
        parts.flatmap(
            lambda several: some.builds(
                AtLeast, some.integers(1, len(several)), some.just(several)
            )
        ),
    )


RULES = some.recursive(some.one_of(*PREDICATES), grouped, max_leaves=6)

# --- evidence -----------------------------------------------------------------------------------


def balances(*wallets: Balance, final: bool = True) -> Balances:
    return Balances(AT, wallets, final)


def copies(*tokens: int, wallet: Address = ONE, **units: Mapping[int, int]) -> Balance:
    """One wallet's tokens, one of each unless `units` says more."""
    many = dict(units.get("units", {}))
    return Balance(wallet, sum(many.get(t, 1) for t in tokens), frozenset(tokens), many)


TOKEN_SETS = some.sets(some.integers(0, 14), max_size=4)
HELD = some.lists(TOKEN_SETS, max_size=3).map(
    lambda sets: balances(*(copies(*tokens) for tokens in sets))
)
AMOUNT_HELD = some.lists(some.integers(0, 6) | some.just(MOST), max_size=3).map(
    lambda amounts: balances(*(Balance(ONE, amount) for amount in amounts))
)
STAY = some.builds(
    lambda since, stays: Stay(
        since, since * DAY // 10, None if stays > 400 else since + stays + 1
    ),
    some.integers(1, 1_000),
    some.integers(0, 800),
)
PIECES: Mapping[type, some.SearchStrategy[Any]] = {
    HeldNow: HELD,
    HeldThen: HELD,
    VotesThen: AMOUNT_HELD,
    Stays: some.dictionaries(some.integers(0, 5), STAY.map(lambda stay: (stay,))).map(
        lambda stays: History(AT, stays)
    ),
    HowMinted: some.builds(
        lambda tokens, place: Mints(
            AT,
            {t: Mint(t + 1, t * 100, t * 7 * DAY) for t in tokens},
            {ONE: place} if place else {},
        ),
        some.sets(some.integers(0, 14)),
        some.integers(0, 12),
    ),
    KeysNow: some.lists(some.sampled_from([0, AT.timestamp, AT.timestamp + 1, MOST])).map(
        lambda until: Expiries(AT, tuple(until))
    ),
    TraitsOf: some.dictionaries(
        some.integers(0, 14),
        some.sampled_from([{"colour": "gold"}, {"colour": "blue", "hat": "crown"}]),
    ),
    OnList: some.sampled_from([frozenset(), frozenset({ONE}), frozenset({TWO})]),
    Linkage: some.sampled_from([(), (ONE,), (ONE, TWO)]),
    Accounts: some.sets(some.sampled_from(Platform)).map(frozenset),
    HasRole: some.booleans(),
    GaveCode: some.none() | some.just(1_700_000_000),
}


@some.composite
def known_for(draw: some.DrawFn, rule: Rule) -> Evidence:
    """Evidence that answers everything this rule asks."""
    asked = sorted(needs(rule), key=repr)
    return Evidence({need: draw(PIECES[type(need)]) for need in asked}, AT)


def without(evidence: Evidence, gone: set[Need[Any]]) -> Evidence:
    """The same, with these needs unknown."""
    pieces = {
        need: Unknown("E-CHAINDOWN") if need in gone else piece
        for need, piece in evidence.pieces.items()
    }
    return Evidence(pieces, evidence.at)


# --- one fan, by hand ---------------------------------------------------------------------------

HELD, MINTED, STAYED = HeldNow(TIDE.asset), HowMinted(TIDE.asset), Stays(TIDE.asset)


def outcome(rule: Rule, *pieces: tuple[Need[Any], Any]) -> Outcome:
    return evaluate(rule, Evidence(dict(pieces), AT)).outcome


def both(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[Need[Any], Any]:
    return HELD, balances(copies(*first), copies(*second, wallet=TWO))


def stayed(*stays: Stay, token: int = 17, at: Block = AT) -> tuple[Need[Any], Any]:
    return STAYED, History(at, {token: stays})


def minted(**tokens: Mint) -> tuple[Need[Any], Any]:
    return MINTED, Mints(AT, {int(name[1:]): mint for name, mint in tokens.items()}, {ONE: 7})


def amounts(need: Need[Any], *each: int) -> tuple[Need[Any], Any]:
    return need, balances(*(Balance(ONE, amount) for amount in each))


def wanted(least: int, most: int | None = None, across: Across = Across.SUM) -> Wanted:
    return Wanted(least, most, across)
