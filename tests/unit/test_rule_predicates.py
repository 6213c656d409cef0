"""What each rule of a gate answers by what is known: yes, no or unknown."""

from typing import Any, get_args

import pytest

from gating.model import Platform, Unknown
from gating.model.rule import (
    MOST,
    Across,
    Allowlist,
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
    Predicate,
    RankOf,
    RoleElsewhere,
    Rule,
    Tier,
    TokenIds,
    Trait,
    VotesAt,
)
from gating.rules.evaluate import evaluate
from gating.rules.evidence import (
    Accounts,
    Evidence,
    Expiries,
    GaveCode,
    HasRole,
    HeldNow,
    HeldThen,
    KeysNow,
    Linkage,
    Mint,
    Mints,
    Need,
    OnList,
    Stay,
    TraitsOf,
    VotesThen,
    needs,
)
from gating.rules.finding import Outcome
from tests.unit.rule_world import (
    AT,
    CREW,
    DAY,
    HELD,
    MINTED,
    ONE,
    PASS,
    STICKERS,
    TIDE,
    TWO,
    WAVE,
    amounts,
    balances,
    both,
    copies,
    minted,
    outcome,
    stayed,
    wanted,
)

YES, NO, UNKNOWN = Outcome.YES, Outcome.NO, Outcome.UNKNOWN
ETHER = 10**18


COLOURS = TraitsOf(TIDE.asset), {1: {"colour": "gold"}, 2: {"colour": "gold", "hat": "crown"}}
GOLD, CROWN = ("colour", "gold"), ("hat", "crown")
WAVES, VOTES = HeldNow(WAVE.asset), VotesThen(CREW.asset, 5)
KEYS = KeysNow(PASS.asset)
FRIENDS = OnList("friends"), frozenset({TWO})
EARLY = Mint(3, 90, 9 * DAY)

CASES: dict[str, tuple[Rule, tuple[tuple[Need[Any], Any], ...], Outcome]] = {
    "holds enough": (Holds(TIDE, wanted(2)), (both((1,), (2,)),), YES),
    "holds too few": (Holds(TIDE, wanted(3)), (both((1,), (2,)),), NO),
    "holds too many": (Holds(TIDE, wanted(1, 1)), (both((1,), (2,)),), NO),
    "enough together, not alone": (
        Holds(TIDE, wanted(2, across=Across.ANY)),
        (both((1,), (2,)),),
        NO,
    ),
    "one wallet alone fits": (
        Holds(TIDE, wanted(1, 1, Across.ANY)),
        (both((1, 2), (3,)),),
        YES,
    ),
    "the greatest wallet is too great": (
        Holds(TIDE, wanted(1, 1, Across.MAX)),
        (both((1, 2), (3,)),),
        NO,
    ),
    "no wallet holds none": (Holds(TIDE, wanted(0, 0, Across.ANY)), ((HELD, balances()),), YES),
    "units of an ERC-1155": (
        Holds(STICKERS, wanted(5)),
        ((HeldNow(STICKERS.asset), balances(copies(1, 2, units={1: 4}))),),
        YES,
    ),
    "units of one id only": (
        TokenIds(STICKERS, Ids(((2, 2),)), wanted(2)),
        ((HeldNow(STICKERS.asset), balances(copies(1, 2, units={1: 4}))),),
        NO,
    ),
    "an id inside": (TokenIds(TIDE, Ids(((1, 3), (9, 9)))), (both((9,), ()),), YES),
    "an id outside": (TokenIds(TIDE, Ids(((1, 3), (9, 9)))), (both((4, 8, 10), ()),), NO),
    "the greatest id there is": (TokenIds(TIDE, Ids(((500, MOST),))), (both((MOST,), ()),), YES),
    "of the tier": (Tier(TIDE, "gold"), (both((10,), ()),), YES),
    "of another tier": (Tier(TIDE, "gold"), (both((11,), ()),), NO),
    "both traits on one token": (Trait(TIDE, (GOLD, CROWN)), (both((2,), ()), COLOURS), YES),
    "a token without the second trait": (
        Trait(TIDE, (GOLD, CROWN)),
        (both((1,), ()), COLOURS),
        NO,
    ),
    "a token that the table leaves out": (Trait(TIDE, (GOLD,)), (both((3,), ()), COLOURS), NO),
    "no table of traits": (Trait(TIDE, (GOLD,)), (both((1,), ()),), UNKNOWN),
    "minted early enough": (MintRank(TIDE, 3), (both((5,), ()), minted(t5=EARLY)), YES),
    "minted one too late": (MintRank(TIDE, 2), (both((5,), ()), minted(t5=EARLY)), NO),
    "an early copy that somebody else holds": (
        MintRank(TIDE, 3),
        (both((6,), ()), minted(t5=EARLY, t6=Mint(4, 1, 1))),
        NO,
    ),
    "a held copy whose mint nobody saw": (
        MintRank(TIDE, 3),
        (both((6,), ()), minted(t5=EARLY)),
        UNKNOWN,
    ),
    "an early copy beside one whose mint nobody saw": (
        MintRank(TIDE, 3),
        (both((5, 6), ()), minted(t5=EARLY)),
        YES,
    ),
    "the seventh buyer of seven": (MintRank(TIDE, 7, RankOf.WALLETS), (minted(),), YES),
    "the seventh buyer of six": (MintRank(TIDE, 6, RankOf.WALLETS), (minted(),), NO),
    "no buyer at all": (MintRank(TIDE, 6, RankOf.WALLETS), ((MINTED, Mints(AT, {})),), NO),
    "minted before the block": (
        MintedBefore(TIDE, block=91),
        (both((5,), ()), minted(t5=EARLY)),
        YES,
    ),
    "minted in the block": (MintedBefore(TIDE, block=90), (both((5,), ()), minted(t5=EARLY)), NO),
    "minted before the time": (
        MintedBefore(TIDE, time=9 * DAY + 1),
        (both((5,), ()), minted(t5=EARLY)),
        YES,
    ),
    "minted at the time": (
        MintedBefore(TIDE, time=9 * DAY),
        (both((5,), ()), minted(t5=EARLY)),
        NO,
    ),
    "held to the second": (HeldContinuously(TIDE, 30), (stayed(Stay(1, 70 * DAY)),), YES),
    "held a second too short": (
        HeldContinuously(TIDE, 30),
        (stayed(Stay(1, 70 * DAY + 1)),),
        NO,
    ),
    "left and came back": (
        HeldContinuously(TIDE, 30),
        (stayed(Stay(1, 0, 50), Stay(60, 90 * DAY)),),
        NO,
    ),
    "held long, and gone": (HeldContinuously(TIDE, 30), (stayed(Stay(1, 0, 50)),), NO),
    "held then": (HeldAt(TIDE, 5), ((HeldThen(TIDE.asset, 5), balances(copies(1))),), YES),
    "held nothing then": (HeldAt(TIDE, 5), ((HeldThen(TIDE.asset, 5), balances(copies())),), NO),
    "held now, and nobody knows of then": (HeldAt(TIDE, 5), (both((1,), ()),), UNKNOWN),
    "held from first to last": (HeldThrough(TIDE, 10, 20), (stayed(Stay(10, 1, 21)),), YES),
    "left in the last block": (HeldThrough(TIDE, 10, 20), (stayed(Stay(10, 1, 20)),), NO),
    "came after the first block": (HeldThrough(TIDE, 10, 20), (stayed(Stay(11, 1)),), NO),
    "the range still runs": (HeldThrough(TIDE, 10, 2_000), (stayed(Stay(10, 1)),), UNKNOWN),
    "the range runs and is lost": (HeldThrough(TIDE, 10, 2_000), (stayed(Stay(10, 1, 20)),), NO),
    "the range has not begun": (HeldThrough(TIDE, 1_500, 2_000), (stayed(),), UNKNOWN),
    "enough of a token": (Erc20(WAVE, wanted(5 * ETHER)), (amounts(WAVES, 5 * ETHER),), YES),
    "a base unit too few": (
        Erc20(WAVE, wanted(5 * ETHER)),
        (amounts(WAVES, 5 * ETHER - 1),),
        NO,
    ),
    "beyond what a float can tell": (
        Erc20(WAVE, wanted(MOST)),
        (amounts(WAVES, MOST - 1),),
        NO,
    ),
    "two wallets at the limit": (Erc20(WAVE, wanted(MOST)), (amounts(WAVES, MOST, 1),), YES),
    "votes then": (VotesAt(CREW, 5, wanted(7)), (amounts(VOTES, 7),), YES),
    "too few votes": (VotesAt(CREW, 5, wanted(8)), (amounts(VOTES, 7),), NO),
    "a good key": (ExpiringKey(PASS), ((KEYS, Expiries(AT, (AT.timestamp + 1,))),), YES),
    "a key that ends now": (ExpiringKey(PASS), ((KEYS, Expiries(AT, (AT.timestamp,))),), NO),
    "a key for ever": (ExpiringKey(PASS), ((KEYS, Expiries(AT, (MOST,))),), YES),
    "no key": (ExpiringKey(PASS), ((KEYS, Expiries(AT, ())),), NO),
    "on the list": (Allowlist("friends"), ((Linkage(), (ONE, TWO)), FRIENDS), YES),
    "not on the list": (Allowlist("friends"), ((Linkage(), (ONE,)), FRIENDS), NO),
    "on the list of the banned": (Denylist("friends"), ((Linkage(), (ONE, TWO)), FRIENDS), NO),
    "not banned": (Denylist("friends"), ((Linkage(), (ONE,)), FRIENDS), YES),
    "a list that was not read": (Denylist("friends"), ((Linkage(), (ONE,)),), UNKNOWN),
    "has the other chat": (
        Linked(Platform.TELEGRAM),
        ((Accounts(), frozenset({Platform.TELEGRAM})),),
        YES,
    ),
    "has not": (Linked(Platform.TELEGRAM), ((Accounts(), frozenset({Platform.DISCORD})),), NO),
    "has the paid role": (
        RoleElsewhere(Platform.DISCORD, "5"),
        ((HasRole(Platform.DISCORD, "5"), True),),
        YES,
    ),
    "has not the paid role": (
        RoleElsewhere(Platform.DISCORD, "5"),
        ((HasRole(Platform.DISCORD, "5"), False),),
        NO,
    ),
    "gave the code": (Code("guests"), ((GaveCode("guests"), 1_700_000_000),), YES),
    "gave no code": (Code("guests"), ((GaveCode("guests"), None),), NO),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_rule_says_yes_or_no_by_what_is_known(case: Any) -> None:
    rule, pieces, expected = case
    assert outcome(rule, *pieces) is expected


@pytest.mark.parametrize(
    "rule", list({type(case[0]): case[0] for case in CASES.values()}.values())
)
def test_what_nobody_looked_up_or_could_not_is_unknown_and_says_why(rule: Rule) -> None:
    assert evaluate(rule, Evidence()).code == "E-NOEVIDENCE"
    silent = dict.fromkeys(needs(rule), Unknown("E-CHAINDOWN"))
    found = evaluate(rule, Evidence(silent))
    assert (found.outcome, found.code) == (UNKNOWN, "E-CHAINDOWN")


def test_there_is_a_case_for_every_predicate() -> None:
    assert {type(case[0]) for case in CASES.values()} == set(get_args(Predicate))
