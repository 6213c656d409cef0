"""Public pages of polls and their records, from the polls themselves."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.web.services import PollOption, PollPage, Turnout
from gating.errors import Refused
from governance.model import PollId, PollState
from governance.ports import Records
from governance.record.writer import BALLOTS, CENSUS, POLL, RECORD, TALLY
from governance.views import PollView, ShowPoll

FILES = (POLL, CENSUS, BALLOTS, TALLY, RECORD)


def poll_pages(show_poll: ShowPoll) -> Callable[[str], Awaitable[PollPage | None]]:
    """The page of a poll, or None where there is none."""

    async def poll_page(poll: str) -> PollPage | None:
        try:
            return _page(await show_poll(PollId(poll)))
        except Refused:
            return None

    return poll_page


def record_files(records: Records) -> Callable[[str, str], Awaitable[bytes | None]]:
    """One file of a poll's record, or None where there is none."""

    async def record_file(poll: str, name: str) -> bytes | None:
        if name not in FILES:
            return None
        try:
            return (await records.read(PollId(poll))).read(name)
        except Refused:
            return None

    return record_file


def _page(view: PollView) -> PollPage:
    poll, rules = view.poll, view.poll.definition
    scores = {score.choice.id: score for score in view.scores or ()}
    options = tuple(
        PollOption(choice.label, score.weight, score.people, score.share)
        if (score := scores.get(choice.id))
        else PollOption(choice.label, 0, 0, 0)
        for choice in rules.choices
    )
    return PollPage(
        question=rules.title,
        state=poll.state.value,
        closes=datetime.fromtimestamp(rules.window.closes, UTC),
        options=options,
        counted=view.scores is not None,
        turnout=Turnout(
            view.turnout.people, poll.electorate.people, view.turnout.power, poll.electorate.power
        ),
        block_number=rules.snapshot.number,
        block_hash=rules.snapshot.hash,
        files=FILES if poll.state is PollState.RECORDED else (),
    )
