"""A real EVM node on this machine for the demo and the tests: anvil, started and restarted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bot.sandbox.chain.binary import CACHE, find_anvil
from bot.sandbox.chain.process import ChainStopped, NodeProcess, launch
from bot.sandbox.chain.rpc import Rpc, RpcUnreachable, open_rpc
from bot.sandbox.chain.wallets import MNEMONIC

CHAIN_ID = 31337
ACCOUNTS = 10
BLOCK_GAS = 300_000_000  # pressing 1,000 copies in one block takes 120 million


@dataclass(frozen=True, kw_only=True)
class ChainSettings:
    """How the node runs.

    `folder` keeps its state between starts. `block_seconds` is the time between blocks; None
    mines each transaction at once. `epoch` is counted in blocks: `safe` is the latest block
    minus one epoch, `finalized` minus two. Calls at old blocks answer for the last `kept_states`
    blocks, older ones are refused; logs stay for ever. `programs` is where the set-up put the
    binary.
    """

    folder: Path
    chain_id: int = CHAIN_ID
    block_seconds: int | None = None
    epoch: int = 1
    kept_states: int = 64
    programs: Path = CACHE


class LocalChain:
    """The node: start, stop, mine, reorganise. Also `async with LocalChain(settings) as chain`."""

    def __init__(self, settings: ChainSettings) -> None:
        self.settings = settings
        self._port = 0  # the first start takes a free one, later starts keep it
        self._run: NodeProcess | None = None
        self._rpc: Rpc | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def rpc_url(self) -> str:
        """Where the node answers; a restart does not change it."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def running(self) -> bool:
        """Whether the node is there; False also when it died by itself."""
        return self._run is not None and self._run.alive

    async def start(self) -> None:
        """Start the node where it left off; raises AnvilMissing or ChainStopped."""
        if self.running:
            return
        await self._close()
        program = find_anvil(self.settings.programs)
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        self._run = await launch(program, _arguments(self.settings, self._port))
        self._port = self._run.port
        self._rpc = open_rpc(self.rpc_url)

    async def stop(self) -> None:
        """End the node and keep its state; from then on nobody answers at `rpc_url`."""
        if self._run:
            await self._run.end("was stopped")
        await self._close()

    async def kill(self) -> None:
        """End the node as a crash would: what happened since its last start is lost."""
        if self._run:
            await self._run.end("was killed", at_once=True)
        await self._close()

    async def call(self, method: str, *params: Any) -> Any:
        """One JSON-RPC call; raises RpcRefused, or ChainStopped when the node is not there."""
        if not self._rpc or not self.running:
            raise ChainStopped(self._story())
        try:
            return await self._rpc.call(method, *params)
        except RpcUnreachable as error:
            raise ChainStopped(f"{error}; {self._story()}") from error

    async def mine(self, blocks: int = 1) -> int:
        """Mine `blocks` now, whatever the clock; returns the number of the new head."""
        await self.call("anvil_mine", hex(blocks))
        return await self.head()

    async def reorg(self, depth: int) -> None:
        """Replace the last `depth` blocks by empty ones with other hashes."""
        await self.call("anvil_reorg", depth, [])

    async def head(self) -> int:
        """The number of the latest block."""
        return int(await self.call("eth_blockNumber"), 16)

    def _story(self) -> str:
        return self._run.story() if self._run else "the local chain was not started"

    async def _close(self) -> None:
        if self._rpc:
            await self._rpc.session.close()
        self._rpc = None


def _arguments(settings: ChainSettings, port: int) -> list[str]:
    options = {
        "--port": port,
        "--chain-id": settings.chain_id,
        "--mnemonic": MNEMONIC,
        "--accounts": ACCOUNTS,
        "--slots-in-an-epoch": settings.epoch,
        "--gas-limit": BLOCK_GAS,
        "--state": settings.folder / "state.json",
        "--cache-path": settings.folder / "cache",  # the default is in the home folder
        # Without a bound each block's state goes to disk: 0.5 MB a block for 1,000 copies.
        "--prune-history": settings.kept_states,
        "--color": "never",
    }
    if settings.block_seconds:
        options["--block-time"] = settings.block_seconds
    words = [str(word) for pair in options.items() for word in pair]
    return [*words, "--preserve-historical-states"]
