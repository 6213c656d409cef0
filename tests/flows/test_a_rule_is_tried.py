"""A moderator tries another rule and reads who would gain and lose, before anything changes."""

from tests.flows.house import Fan


async def tries(moderator: Fan, rule: str, gate: str = "holder") -> None:
    await moderator.discord.command("rule_try")
    await moderator.discord.submit_modal(gate=gate, rule=rule)


async def test_it_is_told_by_name_who_would_lose_and_nobody_loses_anything(
    fan: Fan, second_fan: Fan, moderator: Fan
) -> None:
    for each in (fan, second_fan):
        await each.verify_on_discord()
        await each.reads("Done. You hold")
    await tries(moderator, 'rule = { holds = "album", min = 2 }')
    told = await moderator.reads("with this rule, as of now")
    assert "Gain it: 0" in told.text
    assert "Lose it: 1 (fan2)" in told.text
    assert "Not known: 0" in told.text
    assert "Holder" in second_fan.discord.roles()


async def test_what_cannot_be_looked_up_is_not_known_and_not_a_loss(moderator: Fan) -> None:
    await tries(moderator, 'rule = { role_elsewhere = "discord", id = 300000000000000009 }')
    told = await moderator.reads("Not known: 2")
    assert "Lose it: 0" in told.text


async def test_a_mistake_in_the_rule_is_told_with_line_and_key_and_a_way_on(
    moderator: Fan,
) -> None:
    await tries(moderator, "rule = { any = [\n  { holds = 'albun' },\n] }")
    told = await moderator.reads("chat (gate holder), line 2: rule.any.0.holds")
    assert "did you mean album?" in told.text
    assert told.buttons == ["Try another rule"]


async def test_a_gate_that_is_not_there_is_told(moderator: Fan) -> None:
    await tries(moderator, "rule = { holds = 'album' }", gate="nowhere")
    await moderator.reads("There is no gate nowhere. The club has these: holder, first-100.")


async def test_only_moderators_may_try_a_rule(newcomer: Fan) -> None:
    await newcomer.discord.command("rule_try")
    await newcomer.reads("Only the club's moderators can do that.")
