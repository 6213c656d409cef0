"""Which RPC endpoints read which chain, as one setting says it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import SecretStr

THE_CLUBS = 0
"""Stands for the chain of the club file's album, where the setting names no chain."""
Endpoints = Mapping[int, tuple[SecretStr, ...]]


def endpoints_in(value: str) -> Endpoints:
    """`https://a,https://b`, or `1=https://a,https://b;8453=https://c`. Raises `ValueError`."""
    found: dict[int, tuple[SecretStr, ...]] = {}
    for part in filter(None, (each.strip() for each in value.split(";"))):
        name, sign, urls = part.partition("=")
        named = bool(sign) and "://" not in name  # an address may hold a = of its own
        number, listed = (_number(name.strip()), urls) if named else (THE_CLUBS, part)
        if number in found:
            raise ValueError(f"names the endpoints of {_called(number)} twice; put them together")
        found[number] = _urls(listed, number)
    return found


def _number(chain: str) -> int:
    if not (chain.isascii() and chain.isdecimal()) or int(chain) == THE_CLUBS:
        raise ValueError(f'has "{chain[:20]}" where a chain id belongs; write 1=https://...')
    return int(chain)


def _urls(listed: str, number: int) -> tuple[SecretStr, ...]:
    urls = [url.strip() for url in listed.split(",") if url.strip()]
    if not urls:
        raise ValueError(
            f"names no endpoint for {_called(number)}; write its address behind the ="
        )
    for place, url in enumerate(urls, 1):
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError(
                f"has no http:// or https:// address as endpoint {place} of {_called(number)}"
            )
    if len(set(urls)) < len(urls):
        raise ValueError(
            f"names one endpoint of {_called(number)} twice; two must be two servers to agree"
        )
    return tuple(SecretStr(url) for url in urls)


def _called(number: int) -> str:
    return f"chain {number}" if number else "the club's chain"


def endpoints_of(endpoints: Endpoints, chain_id: int, *, clubs: int) -> tuple[str, ...]:
    """The addresses for a chain; those without a chain's name are for the club's own."""
    found = endpoints.get(chain_id, ())
    if chain_id == clubs:
        found += endpoints.get(THE_CLUBS, ())
    return tuple(url.get_secret_value() for url in found)


def all_of(endpoints: Endpoints) -> tuple[SecretStr, ...]:
    """Every address, for whoever hides them."""
    return tuple(url for urls in endpoints.values() for url in urls)
