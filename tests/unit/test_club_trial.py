"""What an operator reads of a changed club file, gate by gate."""

from dataclasses import replace
from pathlib import Path

from bot.rehearsal.sides import side_of
from bot.rehearsal.story import Rehearsal, story
from config.community import Club, read_club
from gating.model import Account, Fan, FanId, GateId, HeldPass, Known, Platform
from gating.model.rule import Holds, Wanted
from gating.rules.dry_run import Candidate, differences
from gating.rules.finding import Outcome

CLUB = read_club(Path(__file__).resolve().parents[2] / "config" / "tide.toml")
HOLDER = GateId("holder")
ROLE = CLUB.gates[0].passes[0].target


def with_rule(least: int) -> Club:
    holder, *others = CLUB.gates
    rule = Holds(CLUB.contracts[0], Wanted(least))
    return replace(CLUB, gates=(replace(holder, rule=rule), *others))


def known(number: int) -> Known:
    account = Account(Platform.DISCORD, str(number))
    fan = Fan(FanId(str(number)), (account,), ())
    return Known(fan, (HeldPass(account, HOLDER, ROLE),), {}, 0)


def told(new: Club, *, losing: int, holders: int = 10) -> list[str]:
    """The lines where so many of these holders lose the first gate."""
    before, after = side_of(CLUB, ()), side_of(new, ())
    everyone = [known(number) for number in range(holders)]
    judged = (
        (
            Candidate(each.fan.id, f"fan{each.fan.id}"),
            {HOLDER: Outcome.YES},
            {HOLDER: Outcome.NO if number < losing else Outcome.YES},
        )
        for number, each in enumerate(everyone)
    )
    gates = {gate.id: gate for gate in (*before.gates, *after.gates)}
    found = differences(list(gates.values()), judged)
    return story(Rehearsal(before=before, after=after, told=found, everyone=everyone))


def test_so_many_who_lose_that_the_brake_stops_it_are_said_to() -> None:
    brake = "  That is more than may end at once"
    assert any(line.startswith(brake) for line in told(with_rule(2), losing=4))
    assert not any(line.startswith(brake) for line in told(with_rule(2), losing=3))


def test_who_loses_is_named() -> None:
    lines = told(with_rule(2), losing=2)
    [numbers] = [line for line in lines if "Lose it" in line]
    assert numbers.startswith("  Gain it: 0. Lose it: 2 (fan0, fan1). Not known: 0. 8 keep it")


def test_a_gate_that_no_line_changes_is_said_to_stay() -> None:
    lines = told(with_rule(2), losing=1)
    assert "Gate First 100 (first-100) stays as it is." in lines
    assert told(CLUB, losing=0)[:2] == [
        "Gate Holder (holder) stays as it is.",
        "Gate First 100 (first-100) stays as it is.",
    ]


def test_what_we_gave_and_no_gate_opens_any_more_is_counted() -> None:
    holder, *others = CLUB.gates
    lines = told(replace(CLUB, gates=(replace(holder, passes=()), *others)), losing=0)
    assert f"  It opens discord {ROLE} no more." in lines
    [ends] = [line for line in lines if line.endswith("no gate opens it any more: it ends.")]
    assert ends.startswith(f"10 accounts have discord {ROLE} from us")


def test_moderators_who_come_and_go_are_listed() -> None:
    new = replace(CLUB, moderators=frozenset({Account(Platform.TELEGRAM, "77")}))
    [line] = [each for each in told(new, losing=0) if each.startswith("Moderators: ")]
    assert line.startswith("Moderators: telegram:77 come, discord:")


def test_a_new_contract_is_said_to_be_unknown_until_its_history_is_read() -> None:
    album = CLUB.contracts[0]
    coin = replace(album, name="wave", asset=replace(album.asset, contract="0x" + "c3" * 20))
    lines = told(replace(CLUB, contracts=(album, coin)), losing=0)
    assert any(line.startswith("Contract wave is new.") for line in lines)
