"""Addresses that open a page of ours in the browser inside a wallet app. Pure.

Each app publishes its own form. MetaMask wants host and path as they are, the others the whole
address percent-encoded. None of them can be tried without a phone: docs/wallets.md.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, slots=True)
class WalletApp:
    """A wallet app, and where a tap leads so that it opens the page."""

    name: str
    address: str


def wallet_apps(page: str) -> tuple[WalletApp, ...]:
    """The apps that can open this page; none for a page that only this machine can reach."""
    if not _is_public(page):
        return ()
    there, whole = page.removeprefix("https://"), quote(page, safe="")
    return (
        WalletApp("MetaMask", f"https://link.metamask.io/dapp/{there}"),
        WalletApp("Coinbase Wallet", f"https://go.cb-w.com/dapp?cb_url={whole}"),
        WalletApp("Rainbow", f"https://rnbwapp.com/dapp?url={whole}"),
        WalletApp("Trust Wallet", f"https://link.trustwallet.com/open_url?coin_id=60&url={whole}"),
    )


def _is_public(page: str) -> bool:
    """Whether a phone can open the page: by https, at a name or address of the open internet."""
    parts = urlsplit(page)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ip_address(host).is_global
    except ValueError:
        return parts.scheme == "https" and "." in host and not host.endswith(".local")
