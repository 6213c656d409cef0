"""A cover and a preview for the demo club, drawn and sounded here."""

import io
import math
import struct
import wave

import resvg_py

COVER = """<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400">
<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="#f3b38a"/>
<stop offset=".55" stop-color="#b8607a"/>
<stop offset="1" stop-color="#3a2f63"/></linearGradient></defs>
<rect width="640" height="400" fill="url(#s)"/><circle cx="430" cy="150" r="74" fill="#ffe3b0"/>
<path d="M0 250q80-46 160 0t160 0 160 0 160 0v150H0z" fill="#1f4f6e"/>
<path d="M0 290q80-40 160 0t160 0 160 0 160 0v110H0z" fill="#153a57"/>
<path d="M0 334q80-34 160 0t160 0 160 0 160 0v66H0z" fill="#0c2740"/></svg>"""


def cover() -> bytes:
    """The cover as PNG."""
    return bytes(resvg_py.svg_to_bytes(svg_string=COVER))


def preview(seconds: int = 3, rate: int = 8000) -> bytes:
    """A swelling tone as WAV."""
    frames = (
        int(9000 * math.sin(at * 2 * math.pi * 220 / rate) * math.sin(at * math.pi / rate) ** 2)
        for at in range(seconds * rate)
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))
    return out.getvalue()
