"""Topics of a forum: threads that can be written to by their number (Bot API: ForumTopic)."""

from bot.sandbox.telegram_server.calls import Call
from bot.sandbox.telegram_server.errors import bad
from bot.sandbox.telegram_server.posting import new_message, post
from bot.sandbox.telegram_server.state import Chat, Topic
from bot.sandbox.telegram_server.world import World

ICON = 0x6FB9F0


def topic_for(call: Call, chat: Chat, reply_to: int) -> int:
    """The topic that a message of the bot goes to; 0 is General.

    General has no thread that could be named: the number 1 is refused like one that is gone.
    """
    number = call.params.number("message_thread_id")
    if not number:
        return chat.messages[reply_to].topic if reply_to else 0
    topic = chat.topics.get(number)
    if topic is None:
        raise bad("message thread not found")
    if topic.closed and "can_manage_topics" not in call.me(chat).rights:
        raise bad("TOPIC_CLOSED")
    return number


def begin(world: World, chat: Chat, causer: int, name: str) -> int:
    """A new topic; its first message gives it its number."""
    message = new_message(world, chat, causer)
    message.service = {"forum_topic_created": {"name": name, "icon_color": ICON}}
    message.topic = message.id
    chat.topics[message.id] = Topic(name)
    post(world, message)
    return message.id


def close(world: World, chat: Chat, topic: int, *, closed: bool) -> None:
    """From now on only administrators who may manage topics write there; or everybody again."""
    chat.topics[topic].closed = closed
    world.changed()


def delete(world: World, chat: Chat, topic: int) -> None:
    """The topic is gone, and what was written in it."""
    del chat.topics[topic]
    kept = {number: each for number, each in chat.messages.items() if each.topic != topic}
    chat.messages = kept
    world.changed()
