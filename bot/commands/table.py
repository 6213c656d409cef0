"""One table from a command's name to what answers it; both platforms register from it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.commands import (
    access,
    adopting,
    audit,
    brake,
    drops,
    guests,
    kept_rules,
    personal,
    recheck,
    rivals,
    rules,
    votes,
    wallets,
    why,
)
from bot.dialogue import Reply, Request
from bot.services import Services

Handler = Callable[[Request, Services], Awaitable[Reply]]

COMMANDS: Mapping[str, Handler] = {
    "start": access.start,
    "verify": access.verify,
    "nowallet": access.no_wallet,
    "realbot": access.real_bot,
    "me": access.me,
    "why": why.why,
    "recheck": recheck.recheck,
    "rule": kept_rules.rule,
    "rule_try": rules.try_rule,
    "rule_file": rules.try_file,
    "rule_apply": rules.apply,
    "rule_drop": rules.throw_away,
    "wallets": wallets.wallets,
    "label": wallets.label,
    "unlink": wallets.unlink,
    "unlink_yes": wallets.unlink_now,
    "privacy": personal.privacy,
    "download": personal.download,
    "forget": personal.forget,
    "code": access.give_code,
    "join": access.join,
    "help": access.show_help,
    "text": access.text,
    "guests": guests.guests,
    "guest_new": guests.new,
    "guest_off": guests.off,
    "guest_stop": guests.stop,
    "drop_new": drops.new_drop,
    "file": drops.file,
    "words": drops.words,
    "send": drops.send,
    "discard": drops.discard,
    "listen": drops.listen,
    "vote": votes.vote,
    "vote_new": votes.new_vote,
    "vote_close": votes.close_vote,
    "weight": votes.weight,
    "brake_who": brake.who,
    "brake_wait": brake.wait,
    "brake_take": brake.take,
    "audit": audit.audit,
    "audit_csv": audit.as_csv,
    "audit_json": audit.as_json,
    "adopt": adopting.adopt,
    "adopt_take": adopting.take,
    "adopt_remind": adopting.remind,
    "give_back": rivals.give_back,
    "retry": votes.retry,
    "unsure": votes.it_is_there,
}

WORDS = (
    ("start", "Begin here", ()),
    ("verify", "Link the wallet that holds your copy", ()),
    ("me", "What do I hold, and what does it open?", ()),
    (
        "why",
        "Why is a door open or shut? Moderators: of a fan",
        (("fan", "moderators: the fan's @name", False),),
    ),
    ("wallets", "My wallets: give them names, unlink them", ()),
    ("privacy", "What do you keep about me?", ()),
    ("forget", "Be forgotten by this club (I ask once more)", ()),
    (
        "recheck",
        "Look again now. Moderators: at a fan who is stuck",
        (("fan", "moderators: the fan's @name", False),),
    ),
    ("code", "Get a code that adds your other chat", ()),
    (
        "join",
        "Enter a code: of the page, of your other chat, or of a guest list",
        (("code", "the code", False),),
    ),
    ("vote", "Vote by number, for example: vote 2", (("number", "the choice", False),)),
    ("vote_new", "Moderators: start a vote", ()),
    ("vote_close", "Moderators: end a vote", ()),
    (
        "rule",
        "Moderators: what a gate asks, who set it, and back to the file",
        (("gate", "the gate's id", False),),
    ),
    (
        "rule_try",
        "Moderators: who would gain and lose by another rule? Apply it",
        (("gate", "the gate's id", False),),
    ),
    ("drop_new", "Artists: how to post a drop", ()),
    (
        "guests",
        "Moderators: guest lists, their codes and who came",
        (("list", "the list's name", False),),
    ),
    (
        "guest_off",
        "Moderators: take a person or a whole code off a guest list",
        (("who", "@name, or a code such as #3", True), ("list", "the list's name", False)),
    ),
    (
        "audit",
        "Moderators: what changed access, and why",
        (("words", "for example: holder closed 7d @fan", False),),
    ),
    ("adopt", "Moderators: take over members who were here before me", ()),
    ("retry", "Moderators: try again what was waiting", ()),
    ("help", "What I can do", ()),
)
"""The words people may type: name, help, and options as (name, help, must be given)."""


@dataclass(frozen=True)
class Desk:
    """Answers any request of any chat platform."""

    services: Services

    async def __call__(self, request: Request) -> Reply:
        """The reply; raises `NotDone` with the reason where there is none."""
        return await COMMANDS.get(request.command, access.text)(request, self.services)
