"""`tally.json`: the result as a document, for people and for comparing byte by byte."""

from governance.model import ChoiceId, Outcome, PollId, Tally, TieBreak, Total, Turnout
from governance.record.canonical import Doc, hash32, number, text_of

SCHEMA = "stagedoor-tally/1"


def tally_doc(tally: Tally) -> Doc:
    """Rounds, pairwise counts and exhausted weight belong to rankings and are empty here."""
    return {
        "schema": SCHEMA,
        "poll_id": tally.poll,
        "totals": [_total_doc(total) for total in tally.totals],
        "rounds": [],
        "pairwise": [],
        "exhausted": "0",
        "electorate": {"wallets": str(tally.wallets), "power": str(tally.power)},
        "turnout": {
            "people": str(tally.turnout.people),
            "wallets": str(tally.turnout.wallets),
            "power": str(tally.turnout.power),
        },
        "rejected": {"replaced": str(tally.replaced)},
        "quorum_met": tally.quorum_met,
        "tie_breaks": [_tie_doc(tie) for tie in tally.outcome.ties],
        "winners": _texts(tally.outcome.winners),
    }


def read_tally(doc: Doc) -> Tally:
    """The tally in such a document."""
    turnout, electorate = doc["turnout"], doc["electorate"]
    return Tally(
        poll=PollId(hash32(doc["poll_id"])),
        totals=tuple(map(_read_total, doc["totals"])),
        turnout=Turnout(
            number(turnout["people"]), number(turnout["wallets"]), number(turnout["power"])
        ),
        wallets=number(electorate["wallets"]),
        power=number(electorate["power"]),
        replaced=number(doc["rejected"]["replaced"]),
        quorum_met=bool(doc["quorum_met"]),
        outcome=Outcome(_ids(doc["winners"]), tuple(map(_read_tie, doc["tie_breaks"]))),
    )


def _total_doc(total: Total) -> Doc:
    return {
        "id": str(total.choice),
        "weight": str(total.weight),
        "people": str(total.people),
    }


def _read_total(doc: Doc) -> Total:
    return Total(ChoiceId(number(doc["id"])), number(doc["weight"]), number(doc["people"]))


def _tie_doc(tie: TieBreak) -> Doc:
    return {"rule": tie.rule, "among": _texts(tie.among), "left": _texts(tie.left)}


def _read_tie(doc: Doc) -> TieBreak:
    return TieBreak(text_of(doc["rule"]), _ids(doc["among"]), _ids(doc["left"]))


def _texts(choices: tuple[ChoiceId, ...]) -> list[str]:
    return [str(choice) for choice in choices]


def _ids(texts: list[str]) -> tuple[ChoiceId, ...]:
    return tuple(ChoiceId(number(text)) for text in texts)
