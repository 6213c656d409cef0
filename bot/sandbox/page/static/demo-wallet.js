// Demo wallets for a sign-in page: one EIP-1193 provider each, announced by EIP-6963.
// Loaded as an extra module on the same origin. Sets nothing global. The keys are in the sandbox.

import { get } from "./shared/http.js";
import { provider } from "./wallet/provider.js";
import { walletIcon } from "./wallet/icon.js";

const { chain_id: chainId, wallets } = await get("wallet/list");

const details = wallets.map((wallet) =>
  Object.freeze({
    info: Object.freeze({
      uuid: crypto.randomUUID(),
      name: wallet.name,
      icon: walletIcon(wallet.address),
      rdns: `example.stagedoor.demo.${wallet.key.replaceAll("_", "-")}`,
    }),
    provider: provider(wallet, chainId),
  }),
);

function announce() {
  for (const detail of details)
    dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
}

addEventListener("eip6963:requestProvider", announce);
announce();
