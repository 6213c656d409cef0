"""An outbox act as JSON and back."""

from typing import Any

from gating.model import Account, Change, GateId, Notice, Platform, Step
from gating.model.entries import Act, PassChange, Post, Tell


def written(act: Act) -> dict[str, Any]:
    """The act as it is stored."""
    match act:
        case PassChange(change, reason):
            return {
                "kind": "pass",
                "account": _account(change.account),
                "step": change.step,
                "gate": change.gate,
                "target": change.target,
                "reason": reason,
            }
        case Tell(account, notice, aside):
            return {
                "kind": "tell",
                "account": _account(account),
                "notice": _notice(notice),
                "aside": aside,
            }
        case Post(platform, place, subject, notice):
            return {
                "kind": "post",
                "platform": platform,
                "place": place,
                "subject": subject,
                "notice": _notice(notice),
            }


def read(stored: dict[str, Any]) -> Act:
    """The act as it was meant."""
    match stored["kind"]:
        case "pass":
            return PassChange(_change(stored), stored["reason"])
        case "tell":
            return Tell(_as_account(stored["account"]), _as_notice(stored), stored["aside"])
        case _:
            platform = Platform(stored["platform"])
            return Post(platform, stored["place"], stored["subject"], _as_notice(stored))


def _change(stored: dict[str, Any]) -> Change:
    return Change(
        Step(stored["step"]),
        _as_account(stored["account"]),
        GateId(stored["gate"]),
        stored["target"],
    )


def _account(account: Account) -> list[str]:
    return [account.platform, account.user_id]


def _as_account(stored: list[str]) -> Account:
    return Account(Platform(stored[0]), stored[1])


def _notice(notice: Notice) -> dict[str, Any]:
    return {"key": notice.key, "facts": dict(notice.facts)}


def _as_notice(stored: dict[str, Any]) -> Notice:
    return Notice(stored["notice"]["key"], stored["notice"]["facts"])
