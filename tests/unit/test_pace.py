"""How often one network may ask: so often in any minute, and no oftener."""

from hypothesis import given
from hypothesis import strategies as some

from bot.web.pace import Pace


def test_so_many_in_a_minute_and_the_next_after_it() -> None:
    pace = Pace(3, seconds=60)
    assert [pace.allows("home", at) for at in (0, 10, 20, 59.9)] == [True, True, True, False]
    assert pace.allows("elsewhere", 59.9)
    assert [pace.allows("home", at) for at in (60, 60.1)] == [True, False]


@given(some.lists(some.tuples(some.sampled_from("ab"), some.floats(0, 40)), max_size=80))
def test_no_minute_holds_more_than_is_allowed_and_nobody_is_refused_without_need(
    steps: list[tuple[str, float]],
) -> None:
    pace, now = Pace(4, seconds=60), 0.0
    let_in: list[tuple[str, float]] = []
    for name, pause in steps:
        now += pause
        lately = [at for who, at in let_in if who == name and at > now - 60]
        allowed = pace.allows(name, now)
        assert allowed == (len(lately) < 4)
        if allowed:
            let_in.append((name, now))


def test_who_was_not_seen_for_a_minute_takes_no_room() -> None:
    pace = Pace(3, seconds=60)
    for number in range(1000):
        pace.allows(str(number), 0.0)
    pace.allows("home", 120.0)
    assert len(pace._seen) == 1
