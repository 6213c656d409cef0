"""A rule that is changed from a chat, from the try to the outbox, on a real database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import pytest_asyncio

from config.community import read_rule
from gating.access.changing import ApplyRule, ProposeRule, Tried
from gating.access.closing import CloseDue
from gating.access.everyone import RefreshEveryone
from gating.access.gate_book import GateBook
from gating.access.kept_rules import TakeUpRules
from gating.access.refresh import RefreshAccess
from gating.access.trials import Trial, Trials
from gating.access.trying import TryRule
from gating.adapters.chance import SystemRandomness
from gating.adapters.sql.audit_trail import SqlAuditTrail
from gating.errors import NeedsPerson, Refused, TryLater
from gating.model import Address, Gate, GateId, Platform
from gating.model.proof import WalletProof
from gating.model.rule import Rule
from gating.model.trail_line import TrailQuery
from gating.ports import Store, Transaction
from gating.rules.predicates import Book
from gating.rules.write import written
from tests.contracts.access_kit import (
    FAN,
    HOLDER,
    NOBODY,
    TIDE,
    Town,
    account,
    block,
    history,
    move,
    wallet,
)
from tests.contracts.test_endings import GATE, HERE, LIMITS, passes, told
from tests.rule_kit import album, holds

BOOK = Book({"album": album(TIDE)}, ("friends",), {})
MODERATOR, OTHER = account(900), account(901)
TWO = 'rule = { holds = "album", min = 2 }'
ANYBODY = 'rule = { any = [ { holds = "album", min = 1 }, { linked = "discord" } ] }'
FILED = written(GATE.rule)


def read(text: str, gate: GateId) -> Rule:
    return read_rule(text, BOOK, source=f"chat (gate {gate})")


@dataclass
class LostAnswer:
    """A store whose commits are done, and whose word of it never arrives."""

    store: Store

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Transaction]:
        async with self.store() as tx:
            yield tx
        raise TryLater("E-DATABASE")


@dataclass
class House:
    """The use cases of one running house; another one on the same database is a restart."""

    town: Town
    filed: Sequence[Gate] = (GATE,)
    looks: int = 0
    head: int = 0
    gates: GateBook = field(init=False)

    def __post_init__(self) -> None:
        self.gates = GateBook(self.filed)
        store = self.town.store
        self.refresh = RefreshAccess(store=store, asset=TIDE, gates=self.gates, wake=self.nothing)
        self.everyone = RefreshEveryone(store=store, refresh=self.refresh)
        self.trials = Trials(self.town.clock)
        self.propose = ProposeRule(
            gates=self.gates,
            try_rule=TryRule(store=store, refresh=self.refresh),
            trials=self.trials,
            random=SystemRandomness(),
            read=read,
        )
        self.take_up = TakeUpRules(
            store=store, clock=self.town.clock, gates=self.gates, read=read, platforms=HERE
        )
        self.apply = ApplyRule(
            store=store,
            clock=self.town.clock,
            wake=self.nothing,
            gates=self.gates,
            trials=self.trials,
            propose=self.propose,
            take_up=self.take_up,
            platforms=HERE,
            look_at_all=self.look_at_all,
        )

    async def nothing(self) -> None:
        return None

    async def look_at_all(self) -> None:
        self.looks += 1
        await self.everyone()

    async def tries(self, text: str) -> Trial:
        trial = (await self.propose(HOLDER, text)).trial
        assert trial is not None
        return trial

    async def sets(self, text: str) -> None:
        assert isinstance(
            await self.apply((await self.tries(text)).id, by=MODERATOR, who="moderator"), Trial
        )

    @property
    def rule(self) -> str:
        return f"rule = {written(self.gates.named(HOLDER).rule)}"

    async def restarted(self, *filed: Gate) -> "House":
        again = House(self.town, filed or self.filed)
        await again.take_up()
        return again

    async def buys(self, number: int, *copies: int) -> None:
        """A fan of this number, with these copies, who has been looked at."""
        async with self.town.store() as tx:
            fan = await tx.people.enrol(account(number), FAN)
            await tx.people.add_wallet(fan.id, wallet(number), WalletProof())
        await self.moved(*((copy, NOBODY, wallet(number)) for copy in copies))
        await self.refresh(fan.id, why="a test")

    async def moved(self, *copies: tuple[int, Address, Address]) -> None:
        """Each copy goes from one wallet to another, and that is final."""
        self.head = at = self.head + 2
        moves = [move(block(at), *each, log=log) for log, each in enumerate(copies)]
        async with self.town.store() as tx:
            await history(tx, moves, until=block(at + 1))


@pytest_asyncio.fixture(loop_scope="session")
async def house(town: Town) -> House:
    """Fan 1 has one copy, fan 2 has two."""
    house = House(town)
    await house.buys(1, 11)
    await house.buys(2, 21, 22)
    assert await passes(town) == 2
    return house


async def changes(town: Town) -> list[tuple[object, ...]]:
    return await town.rows(
        "SELECT number, rule, previous, user_id, who FROM rule_change ORDER BY number"
    )


async def ending(town: Town) -> list[str]:
    found = await town.rows("SELECT user_id FROM held_pass WHERE ends_at IS NOT NULL ORDER BY 1")
    return [str(user) for (user,) in found]


async def test_trying_changes_nothing_and_applying_lets_exactly_that_rule_count(
    house: House, town: Town
) -> None:
    tried = await house.propose(HOLDER, TWO)
    assert [len(part) for part in (tried.told.gains, tried.told.loses)] == [0, 1]
    assert (house.rule, await changes(town)) == (f"rule = {FILED}", [])
    assert tried.trial is not None
    done = await house.apply(tried.trial.id, by=MODERATOR, who="moderator")
    assert (done, house.rule, house.looks) == (tried.trial, TWO, 1)
    assert await changes(town) == [(1, TWO.removeprefix("rule = "), FILED, "900", "moderator")]


async def test_who_loses_by_a_changed_rule_is_told_and_keeps_it_for_the_grace(
    house: House, town: Town
) -> None:
    await house.sets(TWO)
    assert (await ending(town), await passes(town)) == (["1"], 2)
    close = CloseDue(
        store=town.store, refresh=house.refresh, limits=LIMITS, platforms=HERE, clock=town.clock
    )
    await close()
    assert await passes(town) == 2
    town.later(hours=25)
    await close()
    assert await passes(town) == 1


async def test_who_gains_by_a_changed_rule_gets_it_at_the_look_that_follows(
    house: House, town: Town
) -> None:
    await house.buys(3)
    assert await passes(town) == 2
    await house.sets(ANYBODY)
    assert await passes(town) == 3


async def test_a_rule_that_many_would_lose_by_takes_nothing_before_a_moderator_has_said_so(
    house: House, town: Town
) -> None:
    for number in range(3, 9):
        await house.buys(number, number * 100)
    await house.sets(TWO)
    town.later(hours=25)
    await CloseDue(
        store=town.store, refresh=house.refresh, limits=LIMITS, platforms=HERE, clock=town.clock
    )()
    assert (await passes(town), await told(town, "brake.pulled")) == (8, 1)


async def test_a_change_whose_answer_was_lost_counts_at_once(house: House, town: Town) -> None:
    trial = await house.tries(TWO)
    lost = LostAnswer(house.town.store)
    with pytest.raises(TryLater):
        await replace(house.apply, store=lost)(trial.id, by=MODERATOR, who="moderator")
    assert written(house.gates.named(HOLDER).rule) == TWO[7:]


async def test_of_many_taps_at_once_one_applies(house: House, town: Town) -> None:
    trial = await house.tries(TWO)
    done = await asyncio.gather(
        *(house.apply(trial.id, by=MODERATOR, who="moderator") for _ in range(5)),
        return_exceptions=True,
    )
    assert [each for each in done if isinstance(each, Trial)] == [trial]
    gone = [each.code for each in done if isinstance(each, Refused)]
    assert (gone, len(await changes(town)), house.looks) == (["E-TRIALGONE"] * 4, 1, 1)


async def test_a_try_is_good_for_a_quarter_of_an_hour(house: House, town: Town) -> None:
    trial = await house.tries(TWO)
    town.later(minutes=15)
    with pytest.raises(Refused, match="E-TRIALGONE"):
        await house.apply(trial.id, by=MODERATOR, who="moderator")
    assert await changes(town) == []


async def test_what_was_thrown_away_cannot_be_applied(house: House) -> None:
    trial = await house.tries(TWO)
    house.trials.take(trial.id)
    with pytest.raises(Refused, match="E-TRIALGONE"):
        await house.apply(trial.id, by=MODERATOR, who="moderator")


async def test_a_try_from_before_another_change_shows_the_new_numbers_and_asks_again(
    house: House, town: Town
) -> None:
    first, second = await house.tries(TWO), await house.tries(ANYBODY)
    await house.apply(second.id, by=OTHER, who="other")
    asked = await house.apply(first.id, by=MODERATOR, who="moderator")
    assert isinstance(asked, Tried)
    assert (house.rule, len(await changes(town))) == (ANYBODY, 1)
    assert asked.trial is not None
    assert await house.apply(asked.trial.id, by=MODERATOR, who="moderator") == asked.trial
    assert house.rule == TWO


async def test_two_moderators_who_apply_different_rules_at_once_do_not_overwrite_each_other(
    house: House, town: Town
) -> None:
    trials = [await house.tries(TWO), await house.tries(ANYBODY)]
    done = await asyncio.gather(
        *(house.apply(each.id, by=MODERATOR, who="moderator") for each in trials)
    )
    applied = [each for each in done if isinstance(each, Trial)]
    assert (len(applied), len(await changes(town))) == (1, 1)
    assert house.gates.named(HOLDER).rule == applied[0].rule


async def test_what_another_process_changed_is_seen_and_not_overwritten(
    house: House, town: Town
) -> None:
    other = await house.restarted()
    trial = await house.tries(TWO)
    await other.sets(ANYBODY)
    asked = await house.apply(trial.id, by=MODERATOR, who="moderator")
    assert isinstance(asked, Tried)
    assert (house.rule, len(await changes(town))) == (ANYBODY, 1)


async def test_nobody_loses_by_a_rule_who_was_not_named_when_it_was_tried(
    house: House, town: Town
) -> None:
    trial = await house.tries(TWO)
    await house.moved((22, wallet(2), wallet(77)))
    asked = await house.apply(trial.id, by=MODERATOR, who="moderator")
    assert isinstance(asked, Tried)
    assert (len(asked.told.loses), await changes(town)) == (2, [])


async def test_a_chain_that_fell_silent_since_the_try_is_asked_about(
    house: House, town: Town
) -> None:
    trial = await house.tries(TWO)
    async with town.store() as tx:
        await tx.ledger.silence(TIDE, "E-CHAINDOWN")
    asked = await house.apply(trial.id, by=MODERATOR, who="moderator")
    assert isinstance(asked, Tried)
    assert (len(asked.told.unsure), await changes(town)) == (2, [])


async def test_one_newcomer_more_does_not_ask_again(house: House) -> None:
    trial = await house.tries(ANYBODY)
    await house.buys(3)
    assert await house.apply(trial.id, by=MODERATOR, who="moderator") == trial


async def test_a_database_that_is_away_leaves_the_try_to_be_applied_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = await house.tries(TWO)

    async def away(*_: object) -> None:
        raise TryLater("E-DATABASE")

    with monkeypatch.context() as outage:
        outage.setattr("gating.adapters.sql.rules.SqlRules.add", away)
        with pytest.raises(TryLater):
            await house.apply(trial.id, by=MODERATOR, who="moderator")
    assert house.rule == f"rule = {FILED}"
    assert await house.apply(trial.id, by=MODERATOR, who="moderator") == trial


async def test_a_mistake_is_told_with_gate_line_and_key(house: House) -> None:
    with pytest.raises(NeedsPerson) as told:
        await house.propose(HOLDER, "rule = { any = [\n  { holds = 'albun' },\n] }")
    facts = told.value.facts
    assert (facts["file"], facts["line"]) == ("chat (gate holder)", 2)
    assert facts["key"] == "rule.any.0.holds"


async def test_the_rule_that_counts_already_is_nothing_to_apply(house: House) -> None:
    assert (await house.propose(HOLDER, f"rule = {FILED}")).trial is None


async def test_a_restart_keeps_the_rule_of_the_chat(house: House, town: Town) -> None:
    await house.sets(TWO)
    again = await house.restarted()
    assert again.rule == TWO
    assert again.gates.number(HOLDER) == 1
    await again.sets(ANYBODY)
    assert (await again.restarted()).rule == ANYBODY
    assert len(await changes(town)) == 2


async def test_only_the_rule_is_the_chat_s_and_everything_else_the_file_s(house: House) -> None:
    await house.sets(TWO)
    renamed = replace(GATE, name="Owner", grace=timedelta(hours=3), passes=())
    [gate] = (await house.restarted(renamed)).gates
    assert gate == replace(renamed, rule=house.gates[0].rule)


async def test_a_file_that_changed_since_counts_and_moderators_are_told_once(
    house: House, town: Town
) -> None:
    await house.sets(TWO)
    changed = replace(GATE, rule=holds(TIDE, at_least=3))
    again = await house.restarted(changed)
    assert again.rule == f"rule = {written(changed.rule)}"
    await again.restarted(changed)
    assert [number for number, *_ in await changes(town)] == [1, 2]
    assert await told(town, "rules.changed") == 2
    again = await again.restarted(GATE)
    assert again.rule == f"rule = {FILED}"  # what was overtaken does not come back by itself


async def test_a_gate_that_left_the_file_takes_its_rule_of_the_chat_with_it(
    house: House, town: Town
) -> None:
    await house.sets(TWO)
    other = replace(GATE, id=GateId("other"))
    assert [each.id for each in (await house.restarted(other)).gates] == ["other"]
    assert (await house.restarted(GATE)).rule == f"rule = {FILED}"
    assert await told(town, "rules.changed") == 2


async def test_a_kept_rule_that_names_what_is_gone_stops_the_start_and_says_where(
    house: House,
) -> None:
    await house.sets('rule = { allowlist = "friends" }')
    lean = replace(BOOK, lists=())
    take_up = replace(
        House(house.town).take_up, read=lambda text, gate: read_rule(text, lean, source="chat")
    )
    with pytest.raises(NeedsPerson) as told:
        await take_up()
    assert told.value.code == "E-RULEKEPT"
    facts = told.value.facts
    assert (facts["gate"], facts["rule"]) == ("holder", '{ allowlist = "friends" }')
    assert "rule.allowlist" in str(facts["what"])


async def test_a_moderator_goes_back_to_the_file_by_the_same_way(house: House, town: Town) -> None:
    await house.sets(TWO)
    back = await house.propose.back(HOLDER)
    assert [each.fan for each in back.told.gains] != []
    assert back.trial is not None
    await house.apply(back.trial.id, by=OTHER, who="other")
    assert house.rule == f"rule = {FILED}"
    assert (await house.restarted()).rule == f"rule = {FILED}"
    assert await ending(town) == []
    assert (await changes(town))[-1][1:] == (None, TWO[7:], "901", "other")


async def test_writing_the_file_s_own_rule_is_going_back_to_the_file(
    house: House, town: Town
) -> None:
    await house.sets(TWO)
    await house.sets(f"rule = {FILED}")
    assert (await changes(town))[-1][1] is None
    changed = replace(GATE, rule=holds(TIDE, at_least=3))
    assert (await house.restarted(changed)).rule == f"rule = {written(changed.rule)}"


async def test_each_change_stands_in_the_audit_trail_with_who_before_and_after(
    house: House, town: Town
) -> None:
    async with town.store() as tx:
        await tx.people.enrol(MODERATOR, replace(FAN, username="moderator"))
    await house.sets(TWO)
    [line] = await SqlAuditTrail(town.sessions, town.clock).search(
        TrailQuery(kind="rule", gate=HOLDER), most=5
    )
    assert (line.what, line.who) == ("rule.set", "moderator")
    assert (line.facts["before"], line.facts["after"]) == (FILED, TWO[7:])


async def test_the_other_moderators_are_told_of_each_change(house: House, town: Town) -> None:
    await house.sets(TWO)
    posts = await town.rows("SELECT platform, lane FROM outbox WHERE act->>'place' = 'ops'")
    assert posts == [(Platform.DISCORD.value, "discord:rule:holder:1")]


async def test_a_gate_that_is_not_there_has_no_rule_to_try(house: House) -> None:
    with pytest.raises(Refused) as told:
        await house.propose(GateId("nowhere"), TWO)
    assert (told.value.code, told.value.facts["gates"]) == ("E-NOGATE", "holder")
