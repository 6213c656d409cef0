"""People: one fan per person, one fan per wallet, codes that work once; also when all at once."""

import asyncio
from datetime import timedelta

import pytest

from gating.adapters.sql.guessing import CODE_PAUSE, WRONG_CODES
from gating.errors import Refused
from gating.model import Account, FanId, Platform, Profile
from gating.model.proof import WalletProof
from tests.contracts.access_kit import FAN, NOW, Town, account, wallet

HERE, THERE = account(1), account(1, Platform.TELEGRAM)
CODE = "4F7K2QX"
SOON = NOW + timedelta(minutes=5)


async def test_two_first_taps_at_once_give_one_fan(town: Town) -> None:
    fans = await asyncio.gather(*(enrolled(town, HERE) for _ in range(8)))
    assert len(set(fans)) == 1
    assert await town.rows("SELECT count(*) FROM fan") == [(1,)]


async def test_the_same_number_on_two_platforms_is_two_people(town: Town) -> None:
    assert await enrolled(town, HERE) != await enrolled(town, THERE)


async def test_a_new_name_is_kept_and_decides_nothing(town: Town) -> None:
    fan = await enrolled(town, HERE)
    async with town.store() as tx:
        again = await tx.people.enrol(HERE, Profile("renamed", "Renamed"))
        assert again.id == fan
        assert await tx.people.name(HERE) == "renamed"
        assert await tx.people.name(account(404)) == "404"


async def test_a_person_is_found_by_the_name_of_one_account_only(town: Town) -> None:
    await enrolled(town, HERE)
    async with town.store() as tx:
        assert await tx.people.called(Platform.DISCORD, FAN.username.upper()) == HERE
        assert await tx.people.called(Platform.TELEGRAM, FAN.username) is None
        assert await tx.people.called(Platform.DISCORD, "nobody") is None
    await enrolled(town, account(2))
    async with town.store() as tx:
        assert await tx.people.called(Platform.DISCORD, FAN.username) is None


async def test_a_wallet_belongs_to_one_fan_however_many_add_it_at_once(town: Town) -> None:
    fans = [await enrolled(town, account(number)) for number in range(20)]
    won = await asyncio.gather(*(added(town, fan, 7) for fan in fans))
    assert sum(won) == 1
    async with town.store() as tx:
        owner = await tx.people.of_wallet(wallet(7))
    assert owner is not None
    assert owner.id == fans[won.index(True)]


async def test_adding_ones_own_wallet_again_is_no_mistake(town: Town) -> None:
    fan = await enrolled(town, HERE)
    assert [await added(town, fan, 7), await added(town, fan, 7)] == [True, True]
    assert await town.rows("SELECT count(*) FROM wallet") == [(1,)]


async def test_a_fan_has_all_accounts_and_wallets_that_were_proved(town: Town) -> None:
    fan = await enrolled(town, HERE)
    await added(town, fan, 8)
    town.later(seconds=1)
    await added(town, fan, 7)
    async with town.store() as tx:
        await tx.people.add_account(fan, THERE, FAN)
    async with town.store() as tx:
        found = await tx.people.of_account(THERE)
        assert found == await tx.people.get(fan)
        assert found is not None
        assert (found.accounts, found.addresses) == ((HERE, THERE), (wallet(8), wallet(7)))
        assert await tx.people.owners_among([wallet(7), wallet(9)]) == [fan]
        assert [known.fan.id for known in await tx.access.everyone()] == [fan]


async def test_a_fan_who_is_not_there_is_refused_by_name(town: Town) -> None:
    async with town.store() as tx:
        with pytest.raises(Refused, match="E-NOFAN"):
            await tx.people.get(FanId("nobody"))
        assert await tx.people.of_account(HERE) is None
        assert await tx.people.of_wallet(wallet(1)) is None


async def test_who_changes_a_fan_makes_the_next_one_wait(town: Town) -> None:
    fan = await enrolled(town, HERE)
    order: list[str] = []

    async def change(name: str, seconds: float) -> None:
        async with town.store() as tx:
            await tx.people.get(fan, lock=True)
            order.append(f"{name} in")
            await asyncio.sleep(seconds)
            order.append(f"{name} out")

    await asyncio.gather(change("first", 0.2), change("second", 0.0))
    assert [step.partition(" ")[2] for step in order] == ["in", "out", "in", "out"]


async def test_a_code_works_once_also_when_typed_by_ten_at_once(town: Town) -> None:
    fan = await given_code(town)
    taken = await asyncio.gather(*(take(town, CODE, account(number)) for number in range(2, 12)))
    assert [each for each in taken if each] == [fan]


async def test_a_code_lasts_until_its_time_and_no_longer(town: Town) -> None:
    await given_code(town)
    town.at = SOON
    assert await take(town, CODE, THERE) is None


async def test_a_new_code_ends_the_one_before(town: Town) -> None:
    fan = await given_code(town)
    async with town.store() as tx:
        await tx.people.save_code("NEWCODE", fan, until=SOON)
    assert await take(town, CODE, THERE) is None
    assert await take(town, "NEWCODE", THERE) == fan


async def test_a_code_stands_nowhere_in_the_database(town: Town) -> None:
    await given_code(town)
    assert CODE not in str(await town.rows("SELECT * FROM join_code"))


async def test_after_five_wrong_codes_even_the_right_one_must_wait(town: Town) -> None:
    fan = await given_code(town, until=NOW + timedelta(hours=1))
    for _ in range(WRONG_CODES):
        assert await take(town, "WRONG00", THERE) is None
    with pytest.raises(Refused, match="E-CODETRIES"):
        await take(town, CODE, THERE)
    assert await take(town, "WRONG00", account(2)) is None  # others are not held back
    town.later(seconds=CODE_PAUSE.total_seconds())
    assert await take(town, CODE, THERE) == fan


async def test_wrong_codes_typed_all_at_once_are_counted_too(town: Town) -> None:
    await given_code(town)
    await enrolled(town, THERE)
    tries = await asyncio.gather(
        *(take(town, f"WRONG{number:02}", THERE) for number in range(30)), return_exceptions=True
    )
    allowed = [each for each in tries if each is None]
    assert len(allowed) == WRONG_CODES


async def enrolled(town: Town, who: Account) -> FanId:
    async with town.store() as tx:
        return (await tx.people.enrol(who, FAN)).id


async def added(town: Town, fan: FanId, number: int) -> bool:
    async with town.store() as tx:
        return await tx.people.add_wallet(fan, wallet(number), WalletProof())


async def given_code(town: Town, **more: object) -> FanId:
    fan = await enrolled(town, HERE)
    async with town.store() as tx:
        await tx.people.save_code(CODE, fan, **{"until": SOON, **more})
    return fan


async def take(town: Town, code: str, by: Account) -> FanId | None:
    async with town.store() as tx:
        return await tx.people.take_code(code, by=by)
