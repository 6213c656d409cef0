"""Wallets with a key are checked without any node; odd signatures are refused, never a fault."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from eth_account import Account as Key
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from eth_keys.backends.native import NativeECCBackend
from eth_keys.main import lazy_key_api

from bootstrap import _uv
from gating.adapters.recovery import must_be_fast
from gating.adapters.wallets import MOST_BYTES, WalletSignatures
from gating.errors import NeedsPerson, TryLater
from gating.model import Address, WalletKind
from gating.model.proof import Invalid, SignatureAnswer, Valid, WalletProof

CHAIN = 31337
TEXT = b"club.example wants you to sign in"
KEY: LocalAccount = Key.from_key("0x" + "a1" * 32)
ME = Address(KEY.address.lower())
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ROOT = Path(__file__).resolve().parents[2]


def signed(text: bytes = TEXT) -> bytes:
    return bytes(KEY.sign_message(encode_defunct(primitive=text)).signature)


async def check(signature: str | bytes, claimed: Address = ME) -> SignatureAnswer:
    said = signature if isinstance(signature, str) else "0x" + signature.hex()
    return await WalletSignatures({}).check(claimed, TEXT, said, CHAIN)


def with_v(v: int) -> bytes:
    return signed()[:64] + bytes([v])


def with_r(r: int) -> bytes:
    return r.to_bytes(32) + signed()[32:]


def with_s(s: int) -> bytes:
    return signed()[:32] + s.to_bytes(32) + signed()[64:]


def twin() -> bytes:
    """The other signature that fits, with the greater s (EIP-2)."""
    raw = signed()
    s = ORDER - int.from_bytes(raw[32:64])
    return raw[:32] + s.to_bytes(32) + bytes([55 - raw[64]])


def compact(raw: bytes) -> bytes:
    """EIP-2098: 64 bytes, the recovery id in the top bit of s."""
    y_and_s = int.from_bytes(raw[32:64]) | ((raw[64] - 27) << 255)
    return raw[:32] + y_and_s.to_bytes(32)


FIELD = 2**256 - 2**32 - 977
OFF_CURVE = next(x for x in range(1, 99) if pow(x**3 + 7, (FIELD - 1) // 2, FIELD) != 1)
REFUSED = {
    "high s": twin(),
    "v 2": with_v(2),
    "v 29": with_v(29),
    "v 37": with_v(37),
    "v 255": with_v(255),
    "r 0": with_r(0),
    "r n": with_r(ORDER),
    "r off the curve": with_r(OFF_CURVE),
    "s 0": with_s(0),
    "s n": with_s(ORDER),
    "all zero": bytes(65),
    "another text": signed(b"another text"),
    "no hex": "0x" + "zz" * 65,
    "half a byte": "0x" + signed().hex()[:-1],
    "without 0x": signed().hex(),
    "a line end": "0x" + signed().hex() + "\n",
    "letters of another script": "0x" + "\u0661" * 130,
    "nothing": "",
    "too long": "0x" + "00" * (MOST_BYTES + 1),
}


@pytest.mark.parametrize("signature", REFUSED.values(), ids=REFUSED)
async def test_sw6_an_odd_signature_is_refused_and_no_fault(signature: str | bytes) -> None:
    assert isinstance(await check(signature), Invalid)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 66, 130, MOST_BYTES])
async def test_sw6_another_length_is_for_a_contract_and_without_a_node_nobody_can_say(
    length: int,
) -> None:
    with pytest.raises(TryLater, match="E-WALLETNODE"):
        await check(bytes(length))


async def test_sw6_three_thousand_random_signatures_are_all_refused() -> None:
    chance = random.Random(6492)  # noqa: S311  - the same tries each time
    for _ in range(3000):
        assert await check(chance.randbytes(65)) == Invalid("key")


KEPT = Valid(WalletProof(WalletKind.EOA, CHAIN))


@pytest.mark.parametrize(
    "signature",
    [
        signed(),
        with_v(signed()[64] - 27),
        "0x" + signed().hex().upper(),
        compact(signed()),
        "0x" + compact(signed()).hex().upper(),
    ],
    ids=["v 27 or 28", "v 0 or 1", "capitals", "compact", "compact in capitals"],
)
async def test_sw7_every_way_to_write_a_good_signature_is_accepted(signature: str | bytes) -> None:
    assert await check(signature) == KEPT


async def test_a_good_signature_of_somebody_else_is_not_the_claimed_wallet_s() -> None:
    other = Address("0x" + "11" * 20)
    assert await check(signed(), claimed=other) == Invalid("key")


async def test_the_compact_form_of_a_twin_is_no_third_way_in() -> None:
    raw = twin()
    s = int.from_bytes(raw[32:64]) | (1 << 255)
    with pytest.raises(TryLater):  # 64 bytes of no key: for a contract to say
        await check(raw[:32] + s.to_bytes(32))


def test_sw14_a_clean_install_of_the_lock_fits_together_and_imports_siwe(tmp_path: Path) -> None:
    uv = str(_uv())
    python = tmp_path / "clean" / "bin" / "python"
    ran([uv, "venv", "--quiet", "--python", sys.executable, str(tmp_path / "clean")])
    lock = ["--require-hashes", str(ROOT / "requirements.lock")]
    installed = ran([uv, "pip", "sync", "--quiet", "--offline", "--python", str(python), *lock])
    if installed.returncode:
        pytest.skip("what the lock names was not downloaded by uv here, so no clean install")
    fits = ran([uv, "pip", "check", "--python", str(python)])
    assert fits.returncode == 0, fits.stderr
    code = (
        "from siwe import SiweMessage; from gating.adapters.recovery import must_be_fast as f; f()"
    )
    imports = ran([str(python), "-c", code])
    assert imports.returncode == 0, imports.stderr


def ran(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)  # noqa: S603  - our own words


def test_sw14_keys_are_checked_by_libsecp256k1_or_the_house_does_not_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    must_be_fast()
    monkeypatch.setattr(lazy_key_api, "backend", NativeECCBackend())
    with pytest.raises(NeedsPerson, match="E-SLOWKEYS"):
        must_be_fast()
