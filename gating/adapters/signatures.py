"""Sign-in texts: EIP-4361 by `siwe`."""

import warnings

from eth_utils.address import to_checksum_address

from gating.model.link import SignInText

with warnings.catch_warnings():
    # its grammar library warns at import of rules that it defines twice itself
    warnings.simplefilter("ignore")
    from siwe import SiweMessage


class SiweMessages:
    """`gating.ports.Messages`: the customer's library writes the text."""

    def write(self, words: SignInText) -> bytes:
        message = SiweMessage(
            domain=words.domain,
            address=to_checksum_address(words.address),
            statement=words.statement,
            uri=words.uri,
            version="1",
            chain_id=words.chain_id,
            nonce=words.nonce,
            issued_at=words.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            expiration_time=words.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            request_id=words.request_id,
            resources=list(words.resources),
        )
        return str(message.prepare_message()).encode()
