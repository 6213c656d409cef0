"""Every line of the list of faults is played by tests that exist.

The list is that of `docs/faults.md`. A line has a code (`fl07`), and a test that plays it either
carries the code in its name or is named here.
"""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
DOCS = TESTS.parent / "docs" / "faults.md"
NAMED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)

FAULTS: dict[str, tuple[str, ...]] = {
    "fl01 a node answers errors": (
        "test_rp1_silence_of_all_endpoints_takes_nothing_from_anybody",
        "test_rp1_only_what_two_endpoints_agree_on_is_given_or_taken",
    ),
    "fl02 a node times out": ("test_rp1_only_what_two_endpoints_agree_on_is_given_or_taken",),
    "fl03 a node answers for another chain": ("test_a_node_of_another_chain_is_not_believed",),
    "fl04 a node lags 40 blocks": (
        "test_an_endpoint_that_lags_forty_blocks_holds_nobody_up",
        "test_a_lagging_head_takes_nothing_back",
    ),
    "fl05 a node returns an empty log range": (
        "test_an_empty_answer_that_should_not_be_empty_is_contradicted",
    ),
    "fl06 a node returns balances of another block": (
        "test_rp1_a_balance_counts_where_two_endpoints_say_it",
    ),
    "fl07 a node lies while the second is right": (
        "test_rp1_endpoints_that_contradict_each_other_make_everything_unknown",
        "test_rp1_two_of_three_outvote_a_liar_who_is_then_asked_last",
        "test_rp1_an_endpoint_that_hides_or_invents_what_a_vault_said_decides_nothing",
    ),
    "fl08 a reorganisation of 1, 5 and 64 blocks with sales inside": (
        "test_rp2_a_reorganisation_with_sales_in_it_ends_as_a_fresh_reading_would",
        "test_sw15_a_reorganisation_takes_back_a_delegation_and_what_it_opened",
    ),
    "fl09 a provider that caps eth_getLogs": (
        "test_a_provider_that_caps_its_answers_is_asked_for_less",
        "test_one_block_that_is_over_the_cap_is_said_and_nothing_is_lost",
    ),
    "fl10 a contract that reverts": ("test_a_contract_that_refuses_is_no_zero",),
    "fl11 a contract that returns huge or negative-looking numbers": (
        "test_coins_are_counted_to_the_last_unit",
        "test_an_answer_of_another_length_is_no_number",
    ),
    "fl12 a contract that destroys itself": (
        "test_where_no_contract_is_or_is_any_more_nothing_is_known",
        "test_rp3_a_contract_that_destroyed_itself_is_refused",
    ),
    "fl13 a contract without code": ("test_where_no_contract_is_or_is_any_more_nothing_is_known",),
    "fl14 a Transfer that lacks the third index": (
        "test_a_log_that_is_no_transfer_is_left_out_and_told_once",
        "test_one_odd_log_among_good_ones_makes_nobody_unknown",
    ),
    "fl15 Discord 429 storms": (
        "test_ch8_errors_limits_and_lost_answers_are_tried_again_until_the_role_is_there",
    ),
    "fl16 Discord 500s": (
        "test_ch8_errors_limits_and_lost_answers_are_tried_again_until_the_role_is_there",
    ),
    "fl17 a role deleted": ("test_what_stops_tells_fan_and_moderators_and_goes_on_after_retry",),
    "fl18 the bot below the role": (
        "test_ch8_a_role_dragged_above_the_bot_is_reported_and_given_after_retry",
    ),
    "fl19 a member gone": (
        "test_ch8_who_left_while_the_role_was_on_its_way_has_it_when_they_come_back",
        "test_what_can_never_be_done_is_given_up_with_the_words_about_it",
    ),
    "fl20 Telegram flood waits": (
        "test_a_chat_that_is_flooded_holds_up_no_other",
        "test_a_flood_answer_says_when_to_try_again",
        "test_a_drop_sent_a_moment_before_the_crash_is_in_each_chat_once",
    ),
    "fl21 a Telegram chat upgraded to a supergroup": (
        "test_a_group_that_became_a_supergroup_is_followed",
        "test_with_the_new_number_in_the_club_file_passes_knocks_and_entries_go_along",
    ),
    "fl22 the bot demoted in a Telegram chat": (
        "test_what_the_bot_may_do_is_told_when_it_changes",
        "test_what_had_stopped_goes_on_when_the_right_is_back_and_nothing_else_does",
    ),
    "fl23 killed between decision and call": (
        "test_pr4_two_taps_and_a_kill_between_word_and_deed_close_every_door_once",
    ),
    "fl24 killed between call and answer": (
        "test_a_fan_who_signed_before_the_crash_gets_the_role_after_it",
        "test_a_post_that_telegram_never_confirmed_is_not_posted_again_unasked",
        "test_a_post_whose_answer_was_lost_is_not_posted_twice",
    ),
    "fl25 two workers at once": (
        "test_two_workers_do_everything_once_and_in_order",
        "test_of_two_followers_the_slower_one_writes_nothing",
        "test_two_workers_at_once_take_each_pass_once_and_pull_the_brake_once",
    ),
    "fl26 a clock off by a minute": (
        "test_a_clock_that_is_off_by_a_minute_makes_no_head_too_old",
        "test_sw4_a_message_counts_only_in_its_own_time",
        "test_a_key_ends_without_a_log_and_is_looked_at_when_it_does",
    ),
}
"""Each fault, and tests beside those that carry its code."""
OF_THE_WHOLE_WAY = (
    "fl01",
    "fl02",
    "fl03",
    "fl04",
    "fl05",
    "fl07",
    "fl08",
    "fl15",
    "fl16",
    "fl17",
    "fl21",
    "fl22",
)
"""Faults that a flow must play, from the fault to what the fan sees."""


def names_in(*folders: str) -> set[str]:
    paths = [path for folder in folders for path in (TESTS / folder).rglob("test_*.py")]
    return {name for path in paths for name in NAMED.findall(path.read_text())}


EVERY = names_in("unit", "contracts", "doors", "flows", "browser")


def carrying(code: str, names: set[str]) -> set[str]:
    return {name for name in names if re.search(rf"_{code}(?:_|$)", name)}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_played_by_tests_that_exist(fault: str) -> None:
    code = fault.partition(" ")[0]
    missing = [name for name in FAULTS[fault] if name not in EVERY]
    assert not missing, f"{fault}: no such test"
    assert FAULTS[fault] or carrying(code, EVERY), f"{fault}: no test plays it"


@pytest.mark.parametrize("code", OF_THE_WHOLE_WAY)
def test_a_fault_is_played_the_whole_way(code: str) -> None:
    assert carrying(code, names_in("flows"))


def test_a_code_in_a_name_is_one_of_the_list() -> None:
    used = {code for name in EVERY for code in re.findall(r"_(fl\d\d)(?=_|$)", name)}
    assert used <= {fault.partition(" ")[0] for fault in FAULTS}


def test_what_happens_then_is_told_to_operators_for_each_fault() -> None:
    told = set(re.findall(r"^\| (fl\d\d) ", DOCS.read_text(), re.MULTILINE))
    assert told >= {fault.partition(" ")[0] for fault in FAULTS}
