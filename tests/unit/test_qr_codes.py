"""A phone's camera reads the link that was drawn."""

import re
import secrets

import pytest
import zxingcpp

from bot.web.qr import QrCode, qr_code

SCALE = 4


def seen(code: QrCode) -> str:
    """What a reader of QR codes makes of the drawn path."""
    side = code.side * SCALE
    pixels = bytearray(b"\xff" * side * side)
    for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path):
        for row in range(int(y) * SCALE, (int(y) + 1) * SCALE):
            start = row * side + int(x) * SCALE
            pixels[start : start + int(n) * SCALE] = bytes(int(n) * SCALE)
    (found,) = zxingcpp.read_barcodes(
        memoryview(bytes(pixels)).cast("B", (side, side)), try_invert=False
    )
    return str(found.text)


@pytest.mark.parametrize("host", ["http://127.0.0.1:8080", "https://club.tideband.example"])
def test_every_link_is_read_as_it_was_drawn(host: str) -> None:
    for _ in range(100):
        link = f"{host}/link/{secrets.token_urlsafe(24)}"
        assert seen(qr_code(link)) == link
