"""A cold wallet stays cold: what it delegated to a hot wallet counts, for one fan at a time."""

from bot.sandbox.chain.album import sell_copy
from bot.sandbox.chain.registry import delegate_all
from bot.sandbox.chain.wallets import HOLDER
from bot.sandbox.demo import Demo
from tests.flows.house import Fan, eventually

VAULT = HOLDER  # it holds #17 and #204, and its owner has linked nothing
SHOWN = f"{VAULT.address[:6].lower()}…{VAULT.address[-4:].lower()}"
FORM = {
    "title": "Where should we play?",
    "choices": "Lisbon\nBerlin",
    "length": "by hand",
    "transform": "none",
}


async def final(demo: Demo) -> None:
    await demo.chain.mine(2 * demo.chain.settings.epoch + 3)


async def settled_at(demo: Demo, number: int) -> bool:
    async with demo.house.services.store() as tx:
        settled = (await tx.ledger.reading(demo.club.asset, ())).settled
    return settled is not None and settled.number >= number


async def test_sw15_a_fan_gets_the_role_by_the_copy_of_a_vault_that_delegated_to_the_hot_wallet(
    newcomer: Fan, demo: Demo
) -> None:
    await newcomer.verify_on_discord()
    await newcomer.reads("holds 0 copies")
    await delegate_all(demo.chain, VAULT, newcomer.wallet.address)
    await demo.chain.mine(2)
    await eventually(
        lambda: {"Holder", "First 100"} <= set(newcomer.discord.roles()), what="roles"
    )
    await newcomer.reads("Done. You hold #17 and #204")


async def test_sw15_what_do_i_hold_names_the_vault(newcomer: Fan) -> None:
    await newcomer.discord.command("me")
    await newcomer.reads(f"#17 and #204, held by your vault {SHOWN}.")


async def test_sw15_what_the_vault_takes_back_ends_at_finality(newcomer: Fan, demo: Demo) -> None:
    block = await delegate_all(demo.chain, VAULT, newcomer.wallet.address, enable=False)
    await demo.chain.mine(1)
    await eventually(lambda: settled_at(demo, block), what="the end is settled")
    assert "Holder" in newcomer.discord.roles()
    await final(demo)
    await eventually(lambda: "Holder" not in newcomer.discord.roles(), what="removed")


async def test_sw15_a_vault_with_two_hot_wallets_of_two_fans_is_one_entitlement(
    newcomer: Fan, second_fan: Fan, demo: Demo
) -> None:
    await sell_copy(demo.chain, demo.album, 310, second_fan.wallet)
    await delegate_all(demo.chain, VAULT, newcomer.wallet.address)
    await delegate_all(demo.chain, VAULT, second_fan.wallet.address)
    await final(demo)
    await eventually(lambda: "Holder" in newcomer.discord.roles(), what="the first named")
    await second_fan.verify_on_discord()
    told = await second_fan.reads("copies count for somebody else")
    assert not {"newcomer", "Newcomer"} & set(told.text.split())
    assert "Holder" not in second_fan.discord.roles()
    await second_fan.discord.command("me")
    await second_fan.reads(f"Your vault {SHOWN} delegates to you, but")


async def test_vt5_a_vote_counts_the_vaults_copies_for_its_first_hot_wallet_only(
    newcomer: Fan, second_fan: Fan, moderator: Fan
) -> None:
    await moderator.discord.command("vote_new")
    await moderator.discord.submit_modal(**FORM)
    poll = await newcomer.reads("Where should we play?")
    await second_fan.discord.press(await second_fan.reads("Where should we play?"), "Berlin")
    await second_fan.reads("A vault that delegates to you does, but")
    await newcomer.discord.press(poll, "Lisbon")
    await newcomer.reads("Counted: Lisbon, weight 2")


async def test_vt5_the_vault_that_comes_itself_later_is_not_counted_again(
    fan: Fan, newcomer: Fan, moderator: Fan
) -> None:
    await fan.verify_on_discord()
    await eventually(lambda: "Holder" in fan.discord.roles(), what="the vault's own fan")
    await eventually(lambda: "Holder" not in newcomer.discord.roles(), what="one copy, one fan")
    await fan.discord.press(await fan.reads("Where should we play?"), "Berlin")
    await fan.reads("already voted with")
    announced = await moderator.reads("is announced in every chat")
    await moderator.discord.press(announced, "Close the vote")
    await fan.reads("1. Lisbon: 1 person, weight 2 (100.0 %)")
