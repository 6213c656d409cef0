"""Start data of a Mini App is believed only as Telegram signed it, for our bot, just now (CH5)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from bot.sandbox.telegram_server.init_data import public_key, sign_init_data
from gating.errors import Refused
from gating.identity.telegram_login import (
    MOST_AGE,
    TELEGRAM_KEY,
    MiniApp,
    account_of,
    account_signed,
)
from gating.model import Account, Platform

# The two vectors that docs.telegram-mini-apps.com publishes with its own checks.
PUBLISHED = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladisl"
    "av%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code"
    "%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash=c501b71e775f74ce10e377d"
    "ea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
)
PUBLISHED_TOKEN = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"
THIRD_PARTY = (
    "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C"
    "%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22"
    "ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https"
    "%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4"
    "PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private&auth_date=1733584787&hash="
    "2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e7080d6&signature=zL-ucjNyREiHDE8aihF"
    "wpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ"
)
THIRD_PARTY_BOT = 7342037359
FAN = Account(Platform.TELEGRAM, "4001")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TOKEN = "7000001:token-of-the-club"
OURS = MiniApp(TOKEN)


def data(*, at: datetime = NOW, token: str = TOKEN, **fields: str) -> str:
    told = {"user": '{"id":4001,"first_name":"Fan"}', "auth_date": str(int(at.timestamp()))}
    return sign_init_data({**told, **fields}, token=token)


def refused(init_data: str, *, now: datetime = NOW) -> str:
    with pytest.raises(Refused) as told:
        account_of(init_data, OURS, now)
    assert told.value.code == "E-INITDATA"
    return str(told.value.facts["part"])


def test_ch5_the_published_vector_is_read_as_its_account() -> None:
    at = datetime.fromtimestamp(1662771648, UTC)
    found = account_of(PUBLISHED, MiniApp(PUBLISHED_TOKEN), at)
    assert found == Account(Platform.TELEGRAM, "279058397")


def test_ch5_the_published_signature_of_telegram_itself_is_read_as_its_account() -> None:
    at = datetime.fromtimestamp(1733584787, UTC)
    found = account_signed(THIRD_PARTY, bot_id=THIRD_PARTY_BOT, key=TELEGRAM_KEY, now=at)
    assert found == Account(Platform.TELEGRAM, "279058397")


def test_ch5_both_forms_of_the_local_server_are_read_as_the_same_account() -> None:
    assert account_of(data(), OURS, NOW) == FAN
    assert account_signed(data(), bot_id=7000001, key=public_key(), now=NOW) == FAN


@pytest.mark.parametrize("field", ["user", "auth_date", "signature", "hash"])
def test_ch5_an_altered_field_is_refused_in_both_forms(field: str) -> None:
    fields = dict(parse_qsl(data()))
    letter = fields[field][-2]
    fields[field] = fields[field][:-2] + ("0" if letter != "0" else "1") + fields[field][-1]
    altered = urlencode(fields, quote_via=quote)
    assert refused(altered) == "hash"
    if field != "hash":
        with pytest.raises(Refused):
            account_signed(altered, bot_id=7000001, key=public_key(), now=NOW)


def test_ch5_data_is_good_for_five_minutes_and_never_from_the_future() -> None:
    assert account_of(data(), OURS, NOW + MOST_AGE) == FAN
    assert refused(data(), now=NOW + MOST_AGE + timedelta(seconds=1)) == "age"
    assert refused(data(at=NOW + timedelta(minutes=2))) == "age"
    with pytest.raises(Refused):
        account_signed(data(), bot_id=7000001, key=public_key(), now=NOW + timedelta(hours=1))


@pytest.mark.parametrize("stamp", ["", "-1", "1e9", "9" * 30, "\u0661", " 1"])
def test_ch5_a_date_that_is_none_is_refused(stamp: str) -> None:
    assert refused(data(auth_date=stamp)) == "auth_date"


def test_ch5_data_without_a_hash_or_of_another_bot_is_refused() -> None:
    assert refused(data().rpartition("&hash=")[0]) == "hash"
    assert refused(data(token="7000002:token-of-another")) == "hash"
    with pytest.raises(Refused):
        account_signed(data(), bot_id=7000002, key=public_key(), now=NOW)
    with pytest.raises(Refused):
        account_signed(data(), bot_id=7000001, key=TELEGRAM_KEY, now=NOW)


@pytest.mark.parametrize("name", ["user", "hash", "auth_date", "chat_type"])
def test_ch5_a_field_that_stands_twice_is_refused(name: str) -> None:
    whole = data(chat_type="private")
    value = dict(parse_qsl(whole))[name]
    assert refused(f"{whole}&{name}={quote(value)}") == "twice"


@pytest.mark.parametrize(
    "text", ["", "&", "user", "=", "hash", "%ff=1", "a" * 5000, "user=%7B%7D&x"]
)
def test_ch5_what_is_no_start_data_is_refused_and_no_fault(text: str) -> None:
    assert refused(text) in {"form", "hash", "length"}


@pytest.mark.parametrize("user", ["", "{}", "[]", "null", '{"id":"4001"}', '{"id":true}', "{"])
def test_ch5_signed_data_without_a_person_is_refused(user: str) -> None:
    assert refused(data(user=user)) == "user"


def test_pr1_the_bots_token_is_not_in_the_text_of_what_holds_it() -> None:
    assert TOKEN not in repr(OURS)
