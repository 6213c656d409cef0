"""The largest vote, opened on Telegram one question at a time, with labels that try to be more."""

from bot.sandbox.demo import Demo
from tests.flows.house import Fan, eventually

CITIES = [f"City {number} " + "x" * 60 for number in range(1, 23)]
HOSTILE = ["@everyone **bold** <b>x</b>", "</vote:1> [a](https://evil.example)", "<@1> & <script>"]


async def test_a_moderator_answers_one_question_at_a_time_on_telegram(
    moderator: Fan, fan: Fan, demo: Demo
) -> None:
    bot = demo.town.groups.bot
    await fan.verify_on_discord()
    await moderator.telegram.start(bot)
    welcome = await moderator.telegram.sees(bot, "Welcome to Tide Club")
    await moderator.telegram.press(welcome, "New vote")
    await answer(moderator, "Question", "Where " * 34)
    await answer(moderator, "200 is the most", "Where <i>next</i>, @everyone?")
    await answer(moderator, "one per line", "\n".join([*CITIES, *HOSTILE]))
    await answer(moderator, "How long", "by hand")
    await answer(moderator, "Weight", "cap:1")
    await moderator.telegram.sees(bot, "is announced in every chat")


async def test_all_choices_can_be_tapped_and_no_label_is_more_than_text(fan: Fan) -> None:
    poll = await fan.reads("One tap votes")
    assert len([label for label in poll.buttons if label in (*CITIES, *HOSTILE)]) == 25
    assert "@everyone" not in str(poll.json.get("mentions", ""))
    await fan.discord.press(poll, HOSTILE[2])
    await fan.reads("weight 1")


async def test_a_word_votes_where_no_button_is_at_hand(fan: Fan) -> None:
    await fan.discord.command("vote", number="3")
    counted = await fan.reads("Counted: City 3")
    assert "weight 1" in counted.text


async def test_a_forged_button_changes_nothing_and_says_why(fan: Fan, newcomer: Fan) -> None:
    await newcomer.discord.command("vote", number="9999")
    await newcomer.reads("This vote has no choice 9999")
    for typed, shown in (("²", "²"), ("AAAA:y", "y"), ("9" * 60, "9" * 20 + ".")):
        await newcomer.discord.command("vote", number=typed)
        await newcomer.reads(f"This vote has no choice {shown}")
    await newcomer.discord.command("vote_close")
    await newcomer.reads("Only the club's moderators can do that")


async def test_the_result_of_many_choices_fits_both_chats(
    moderator: Fan, fan: Fan, demo: Demo
) -> None:
    bot, holders = demo.town.groups.bot, demo.town.groups.holders
    announced = await moderator.telegram.sees(bot, "is announced in every chat")
    await moderator.telegram.press(announced, "Close the vote")
    result = await fan.reads("1. City 3")
    assert "and 20 more in the record" in result.text
    await eventually(lambda: posted(moderator, holders), what="the result on Telegram")


async def test_a_timed_vote_offers_nobody_a_button_that_would_only_refuse(
    moderator: Fan,
) -> None:
    await moderator.discord.command("vote_new")
    await moderator.discord.submit_modal(
        title="Tea or coffee?", choices="Tea\nCoffee", length="2 hours", transform="none"
    )
    announced = await moderator.reads("Tea or coffee? is announced in every chat")
    assert announced.buttons == []
    await moderator.discord.command("vote_close")
    await moderator.reads("No vote is open that a moderator ends")


def posted(moderator: Fan, holders: int) -> bool:
    return any("1. City 3" in message.text for message in moderator.telegram.messages(holders))


async def answer(someone: Fan, question: str, words: str) -> None:
    """Wait for the question and answer it."""
    bot = someone.demo.town.groups.bot
    await someone.telegram.sees(bot, question)
    await someone.telegram.send(bot, words)
