"""Whom a vault's copy counts for, whatever vaults and fans do."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gating.model import Address, FanId
from gating.model.delegation import Lent
from gating.rules.claims import Share, share_of

VAULT, OTHER = Address("0xva"), Address("0xvb")
HOT, SECOND, THIRD = Address("0xh1"), Address("0xh2"), Address("0xh3")
ONE, TWO = FanId("one"), FanId("two")


def test_sw15_a_vaults_copy_counts_for_who_linked_its_hot_wallet() -> None:
    share = share_of(ONE, [Lent(VAULT, 17, HOT)], {HOT: ONE})
    assert share == Share({(VAULT, HOT): frozenset({17})})


def test_sw15_of_two_hot_wallets_of_two_fans_the_one_named_first_is_served() -> None:
    lent = [Lent(VAULT, 17, SECOND), Lent(VAULT, 17, HOT)]
    owners = {HOT: ONE, SECOND: TWO}
    assert share_of(TWO, lent, owners).copies == {(VAULT, SECOND): frozenset({17})}
    assert share_of(ONE, lent, owners) == Share({}, (VAULT,))


def test_sw15_a_hot_wallet_that_nobody_linked_stands_in_nobodys_way() -> None:
    lent = [Lent(VAULT, 17, THIRD), Lent(VAULT, 17, HOT)]
    assert share_of(ONE, lent, {HOT: ONE}).copies == {(VAULT, HOT): frozenset({17})}


def test_sw15_who_linked_the_vault_itself_comes_before_every_hot_wallet() -> None:
    lent = [Lent(VAULT, 17, HOT)]
    owners = {HOT: ONE, VAULT: TWO}
    assert share_of(ONE, lent, owners) == Share({}, (VAULT,))
    assert share_of(TWO, lent, owners).copies == {(VAULT, VAULT): frozenset({17})}


def test_sw15_two_hot_wallets_of_one_fan_are_one_entitlement() -> None:
    lent = [Lent(VAULT, 17, HOT), Lent(VAULT, 17, SECOND)]
    share = share_of(ONE, lent, {HOT: ONE, SECOND: ONE})
    assert share.copies == {(VAULT, HOT): frozenset({17})}


def test_sw15_copies_of_one_vault_may_serve_different_fans_but_each_only_one() -> None:
    lent = [Lent(VAULT, 17, HOT), Lent(VAULT, 18, SECOND), Lent(VAULT, 17, SECOND)]
    owners = {HOT: ONE, SECOND: TWO}
    assert share_of(ONE, lent, owners).copies == {(VAULT, HOT): frozenset({17})}
    assert share_of(TWO, lent, owners).copies == {(VAULT, SECOND): frozenset({18})}


def test_sw15_a_wallet_that_was_just_unlinked_keeps_its_place_from_other_fans() -> None:
    lent = [Lent(VAULT, 17, HOT), Lent(VAULT, 17, SECOND)]
    assert share_of(TWO, lent, {SECOND: TWO}, {HOT: ONE}) == Share({}, (VAULT,))
    assert share_of(TWO, lent, {SECOND: TWO}, {VAULT: ONE}) == Share({}, (VAULT,))
    behind = share_of(ONE, lent, {HOT: ONE}, {SECOND: TWO})
    assert behind.copies == {(VAULT, HOT): frozenset({17})}


def test_sw15_it_does_not_keep_its_place_from_the_fan_who_unlinked_it() -> None:
    lent = [Lent(VAULT, 17, HOT), Lent(VAULT, 17, SECOND)]
    share = share_of(ONE, lent, {SECOND: ONE}, {HOT: ONE, VAULT: ONE})
    assert share.copies == {(VAULT, SECOND): frozenset({17})}


wallets = st.sampled_from([Address(f"0x{letter}") for letter in "abcdef"])
fans = st.sampled_from([FanId(name) for name in ("one", "two", "three")])


@given(
    st.lists(st.builds(Lent, wallets, st.integers(1, 4), wallets), max_size=40),
    st.dictionaries(wallets, fans, max_size=6),
)
def test_sw15_one_copy_never_serves_two_fans_and_no_linked_claim_is_lost(
    lent: list[Lent], owners: dict[Address, FanId]
) -> None:
    served: Counter[tuple[Address, int]] = Counter()
    for fan in ("one", "two", "three"):
        for (vault, _), copies in share_of(FanId(fan), lent, owners).copies.items():
            served.update((vault, copy) for copy in copies)
    claimed = {(each.vault, each.copy) for each in lent if {each.vault, each.hot} & set(owners)}
    assert served == dict.fromkeys(claimed, 1)
