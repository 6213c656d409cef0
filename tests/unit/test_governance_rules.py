"""The rules of a poll: what may be asked, what a ballot weighs, who wins."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gating.errors import NeedsPerson, Refused
from gating.model import Account, Platform
from governance.adapters.keys import club_key
from governance.ballots import reach
from governance.census import census_lines, deciders, merge, top_share, weights
from governance.labels import choices_from, clean
from governance.methods.ties import elect
from governance.model import (
    ChoiceId,
    Method,
    Pick,
    Power,
    Quorum,
    Standing,
    TieBreak,
    Total,
    Vote,
    WhyZero,
)
from governance.record.documents import poll_id
from governance.tally import shares, tally
from governance.weight import weigh, why_zero
from tests.unit.governance_kit import KEY, NOW, TIDE, Box, census, definition, draft, wallet


def totals(*pairs: tuple[int, int]) -> list[Total]:
    return [Total(ChoiceId(at), *pair) for at, pair in enumerate(pairs, start=1)]


def refused(code: str, **changes: object) -> None:
    with pytest.raises(Refused) as refusal:
        definition(**changes)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "label",
    [
        "",
        "   ",
        "Ber\u202elin",
        "Ber\u2066lin",
        "Ber\u200blin",
        "Ber\nlin",
        "Ber\0lin",
        "Ber\ud800lin",
        "\u061cBerlin",
        "x" * 81,
    ],
)
def test_a_label_that_hides_or_turns_text_is_refused(label: str) -> None:
    refused("E-LABEL", labels=("Lisbon", label))


def test_labels_keep_every_script_and_are_written_one_way() -> None:
    assert clean("  São   Paulo ") == clean("Sa\u0303o Paulo") == "São Paulo"
    assert clean("東京都") == "東京都"
    assert clean("<b>@everyone</b>") == "<b>@everyone</b>"
    assert clean("x" * 80) == "x" * 80


def test_two_choices_that_read_the_same_are_refused() -> None:
    refused("E-SAMECHOICE", labels=("Köln", "köln"))
    refused("E-SAMECHOICE", labels=("Köln", "Ko\u0308ln"))
    refused("E-SAMECHOICE", labels=("Straße", "STRASSE"))
    refused("E-SAMECHOICE", labels=("Ber\u200dlin", "Berlin"))


def test_a_poll_has_two_to_twenty_five_choices() -> None:
    refused("E-CHOICES", labels=("Berlin",))
    refused("E-CHOICES", labels=tuple(map(str, range(26))))
    assert [choice.id for choice in choices_from([str(at) for at in range(25)])][-1] == 25


def test_rules_that_nobody_knows_are_refused() -> None:
    for transform in ("cap:0", "cap:-1", "cap:05", "cap:", "cap:1e3", "isqrt", "", "cap:²"):
        refused("E-POLLRULES", transform=transform)
    refused("E-POLLRULES", method=Method("approval"))
    refused("E-POLLRULES", method=Method(seats=0))
    refused("E-POLLRULES", method=Method(seats=3))
    refused("E-POLLRULES", method=Method(tie_break=("coin",)))
    refused("E-POLLRULES", minimum=0)
    refused("E-POLLRULES", quorum=Quorum(people=-1))


def test_a_poll_closes_after_it_opens() -> None:
    refused("E-WINDOW", closes=NOW)
    refused("E-WINDOW", opens=NOW + timedelta(hours=2))
    assert definition(opens=NOW - timedelta(days=1)).window.opens == int(NOW.timestamp())


def test_any_other_rule_is_another_poll() -> None:
    ids = {
        poll_id(definition(**changes))
        for changes in (
            {},
            {"title": "Where?"},
            {"body": "The band has two weeks."},
            {"labels": ("Lisbon", "Berlin", "Porto")},
            {"transform": "cap:5"},
            {"exclude": (wallet(5),)},
            {"quorum": Quorum(people=2)},
            {"minimum": 2},
        )
    }
    assert len(ids) == 8


def test_copies_are_merged_per_person_before_the_cap() -> None:
    capped = Power(TIDE, "cap:5")
    assert weigh(capped, 3 + 4) == 5
    assert weigh(Power(TIDE), 3 + 4) == 7
    assert weigh(Power(TIDE, "one_per_person"), 3 + 4) == 1
    assert weigh(Power(TIDE, "none", minimum=3), 2) == 0


@given(st.lists(st.integers(1, 2**255), min_size=1, max_size=30), st.integers(1, 2**256))
def test_a_cap_never_adds_weight_and_never_silences_a_holder(held: list[int], cap: int) -> None:
    weighed = weights(Power(TIDE, f"cap:{cap}"), held)
    assert len(weighed) == len(held)
    assert all(0 < weight <= cap for weight in weighed)


def test_the_census_lists_every_holder_once_and_leaves_out_the_excluded() -> None:
    lines = census_lines({wallet(3): 1, wallet(1): 2, wallet(2): 0, wallet(4): 9}, [wallet(4)])
    assert lines == census({1: 2, 3: 1})


def test_the_preview_says_how_few_could_decide() -> None:
    people = merge(census({1: 50, 2: 40, 3: 5, 4: 5}), {wallet(1): "a", wallet(2): "a"})
    assert people == [90, 5, 5]
    assert deciders(weights(Power(TIDE), people)) == 1
    assert deciders(weights(Power(TIDE, "cap:5"), people)) == 2
    assert top_share([10] * 20) == 500
    assert deciders([]) == top_share([]) == 0


def test_somebody_who_weighs_nothing_is_told_one_named_reason() -> None:
    power = Power(TIDE, minimum=2, exclude=(wallet(9),))

    def reason(*wallets: int, **given: object) -> WhyZero | None:
        asked = {"free": {}, "claimed": (), **given}
        return why_zero(power, wallets=[wallet(number) for number in wallets], **asked)

    assert reason() is WhyZero.NOT_LINKED
    assert reason(1, holds_now=2) is WhyZero.BOUGHT_AFTER_BLOCK
    assert reason(1) is WhyZero.HELD_NOTHING
    assert reason(1, free={wallet(1): 1}) is WhyZero.BELOW_MINIMUM
    assert reason(9, holds_now=5) is WhyZero.EXCLUDED_ADDRESS
    assert reason(1, claimed={wallet(1)}, holds_now=5) is WhyZero.ALREADY_VOTED_WITH
    assert reason(1, free={wallet(1): 2}) is None


def test_a_ballot_keeps_its_wallets_and_adds_newly_linked_ones() -> None:
    box = Box(definition(), census({1: 3, 2: 1, 3: 2}))
    earlier = box.cast([2], 1)
    found = reach(
        [wallet(1), wallet(3), wallet(7)],
        powers={wallet(1): 3, wallet(2): 1, wallet(3): 2},
        claimed_by={wallet(2): wallet(2), wallet(3): wallet(8)},
        earlier=earlier,
    )
    assert found.free == {wallet(1): 3, wallet(2): 1}
    assert found.taken == {wallet(3)}


def test_the_choice_with_most_weight_wins() -> None:
    outcome = elect(totals((5, 9), (6, 1), (0, 0)), seats=1, rules=("people", "declare"))
    assert outcome.winners == (2,)
    assert outcome.ties == ()


def test_of_equal_weights_more_people_win_and_the_tally_says_so() -> None:
    outcome = elect(totals((5, 1), (5, 4), (5, 2)), seats=1, rules=("people", "declare"))
    assert outcome.winners == (2,)
    assert outcome.ties == (TieBreak("people", (1, 2, 3), (2,)),)


def test_a_tie_that_stays_is_declared_and_nobody_is_picked() -> None:
    outcome = elect(totals((5, 2), (5, 2), (5, 1)), seats=1, rules=("people", "declare"))
    assert outcome.winners == (1, 2)
    assert [tie.rule for tie in outcome.ties] == ["people", "declare"]


def test_a_tie_for_the_last_seat_does_not_cost_the_first_its_seat() -> None:
    outcome = elect(totals((5, 2), (9, 1), (5, 2), (1, 1)), seats=2, rules=("declare",))
    assert outcome.winners == (2, 1, 3)
    assert outcome.ties == (TieBreak("declare", (1, 3), (1, 3)),)


def test_nobody_wins_without_a_vote_or_without_quorum() -> None:
    assert elect(totals((0, 0), (0, 0)), seats=1, rules=("declare",)).winners == ()
    rules = definition(quorum=Quorum(people=2))
    votes = (Vote(1, wallet(1), (Pick(ChoiceId(1)),), 1, 900, 900),)
    result = tally(rules, poll_id(rules), Standing(votes, 0), wallets=3, power=1000)
    assert not result.quorum_met
    assert result.outcome.winners == ()
    assert result.totals[0].weight == 900


@given(st.lists(st.integers(0, 2**200), min_size=2, max_size=25))
def test_shown_shares_always_add_up(weights_: list[int]) -> None:
    shown = shares(totals(*((weight, 0) for weight in weights_)))
    assert sum(shown) == (1000 if any(weights_) else 0)
    whole = sum(weights_) or 1
    exact = [weight * 1000 // whole for weight in weights_]
    assert all(low <= got <= low + 1 for low, got in zip(exact, shown, strict=True))


async def test_the_club_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "club.key"
    made = await club_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert (await club_key(path)).address == made.address
    assert path.read_text().strip() not in repr(made)
    assert [file.name for file in path.parent.iterdir()] == ["club.key"]


async def test_a_club_key_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "club.key"
    await club_key(path)
    path.chmod(0o644)
    with pytest.raises(NeedsPerson, match="E-KEYFILE"):
        await club_key(path)
    path.chmod(0o600)
    path.write_text("0x12")
    with pytest.raises(NeedsPerson, match="E-KEYFILE"):
        await club_key(path)


def test_an_account_is_one_commitment_that_does_not_show_it() -> None:
    fan = Account(Platform.DISCORD, "123456789")
    assert KEY.commit(fan) == KEY.commit(Account(Platform.DISCORD, "123456789"))
    assert KEY.commit(fan) != KEY.commit(Account(Platform.TELEGRAM, "123456789"))
    assert "123456789" not in KEY.commit(fan)


def test_a_draft_with_unreadable_text_is_refused() -> None:
    refused("E-LABEL", body="a\0b")
    refused("E-LABEL", title=draft().title * 20)
