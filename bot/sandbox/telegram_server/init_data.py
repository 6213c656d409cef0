"""Signs Mini App start data as Telegram does, in both forms (Telegram: Validating data)."""

import base64
import hashlib
import hmac
from urllib.parse import quote, urlencode

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

VERSION = "9.6"
_TEST_KEY = ECC.construct(
    curve="Ed25519",
    seed=hashlib.sha256(b"local telegram").digest(),  # type: ignore[arg-type]  # stub lacks bytes
)


def public_key() -> str:
    """The Ed25519 key, as hex, that takes the place of Telegram's own here."""
    return _TEST_KEY.public_key().export_key(format="raw").hex()


def sign_init_data(fields: dict[str, str], *, token: str) -> str:
    """The query string a Mini App receives: `fields`, their signature and their hash."""
    bot_id = token.partition(":")[0]
    lines = _check_lines(fields)
    message = f"{bot_id}:WebAppData\n{lines}".encode()
    signature = eddsa.new(_TEST_KEY, "rfc8032").sign(message)
    text = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    signed = fields | {"signature": text}
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    check = hmac.new(secret, _check_lines(signed).encode(), hashlib.sha256)
    return urlencode(signed | {"hash": check.hexdigest()}, quote_via=quote)


def _check_lines(fields: dict[str, str]) -> str:
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields))


def page_address(url: str, init_data: str) -> str:
    """The address a client opens, with the start data in its fragment."""
    fragment = urlencode(
        {
            "tgWebAppData": init_data,
            "tgWebAppVersion": VERSION,
            "tgWebAppPlatform": "web",
        },
        quote_via=quote,
    )
    return f"{url}{'&' if '#' in url else '#'}{fragment}"
