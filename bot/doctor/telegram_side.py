"""Is the bot in its chats with the rights it needs, and do updates come the way they should?"""

from collections.abc import Collection

from bot.doctor.findings import Finding, Level, at_fault, fault, ok, warning
from bot.platforms.telegram_look import ChatView, TelegramView, look_at_telegram
from bot.platforms.telegram_place import TelegramPlace
from gating.errors import NotDone

TELEGRAM = "Telegram"
UPDATES = "Telegram updates"


async def telegram_findings(
    place: TelegramPlace, gated: Collection[str], asked: Collection[str] = ()
) -> list[Finding]:
    """`gated` are the chats that the gates open; there more rights are needed. `asked` are other
    chats of which rules ask who is inside."""
    doors, looked = {int(chat) for chat in gated}, {int(chat) for chat in asked}
    posts = set(place.chats.values())
    try:
        view = await look_at_telegram(place, sorted(doors | posts | looked))
    except NotDone as error:
        return [at_fault(TELEGRAM, error)]
    return [
        ok(TELEGRAM, "doctor.telegram", bot=view.bot),
        _updates(place, view),
        *(_door(chat, view.chats[chat]) for chat in sorted(doors - posts)),
        *(_post(chat, view.chats[chat]) for chat in sorted(posts - doors)),
        *(_both(chat, view.chats[chat]) for chat in sorted(posts & doors)),
        *(_asked(chat, view.chats[chat]) for chat in sorted(looked)),
        *_topics(place, view),
    ]


def _updates(place: TelegramPlace, view: TelegramView) -> Finding:
    wanted = place.webhook.address if place.webhook else ""
    if not wanted and not view.webhook:
        return ok(UPDATES, "doctor.polling")
    if wanted != view.webhook:
        return warning(UPDATES, "E-TGUPDATES", found=view.webhook or "no address")
    if view.webhook_error:
        return warning(UPDATES, "E-TGHOOK", reason=view.webhook_error)
    return ok(UPDATES, "doctor.webhook", address=wanted)


def _door(chat: int, view: ChatView) -> Finding:
    part = _part(chat, view)
    if absent := _absent(part, chat, view):
        return absent
    if not view.rights.powers.door:
        return fault(part, "E-TGRIGHTS", chat=chat)
    return ok(part, "doctor.group", title=view.title)


def _post(chat: int, view: ChatView) -> Finding:
    part = _part(chat, view)
    if absent := _absent(part, chat, view):
        return absent
    if not view.rights.post:
        return fault(part, "E-TGPOST", chat=chat)
    return ok(part, "doctor.chat", title=view.title)


def _asked(chat: int, view: ChatView) -> Finding:
    part = _part(chat, view)
    if absent := _absent(part, chat, view):
        return absent
    if not view.rights.admin:
        return fault(part, "E-TGASKED")
    return ok(part, "doctor.chat.asked", title=view.title)


def _both(chat: int, view: ChatView) -> Finding:
    """A door in which the bot posts too: the first of what is wrong."""
    post = _post(chat, view)
    return post if post.level is Level.FAULT else _door(chat, view)


def _topics(place: TelegramPlace, view: TelegramView) -> list[Finding]:
    """Whether a topic is there a bot cannot ask (Bot API: there is no getForumTopic); whether its
    group has topics at all it can."""
    plain = [
        name
        for name in place.topics
        if place.topic(name)
        and (chat := view.chats[place.chats[name]]).rights.inside
        and not chat.is_forum
    ]
    return [fault(f"topic of {name}", "E-TGNOFORUM", place=name) for name in plain]


def _part(chat: int, view: ChatView) -> str:
    return f"{'channel' if view.is_channel else 'group'} {chat}"


def _absent(part: str, chat: int, view: ChatView) -> Finding | None:
    if view.moved is not None:
        return fault(part, "E-TGMOVED", chat=chat, now=view.moved)
    return None if view.rights.inside else fault(part, "E-TGCHAT", chat=chat)
