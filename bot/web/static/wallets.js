// The wallets in this browser (EIP-6963, and the single older one), asked for two things only:
// their address, and a signature over text. Nothing here can ask for a payment.

import { Told } from "./ask.js";

const SAID_NO = 4001; // EIP-1193: the person refused
const BUSY = -32002; // EIP-1474: an earlier question is still open

export function watchWallets(found) {
  const known = new Set();
  window.addEventListener("eip6963:announceProvider", ({ detail }) => {
    const id = detail?.info?.uuid;
    if (!id || !detail.provider || known.has(id)) return;
    known.add(id);
    found({ name: String(detail.info.name), icon: picture(detail.info.icon), provider: detail.provider });
  });
  return function look() {
    window.dispatchEvent(new Event("eip6963:requestProvider"));
    const alone = window.ethereum && known.size === 0;
    if (alone) {
      known.add("older");
      found({ name: "Wallet in this browser", icon: null, provider: window.ethereum });
    }
    return known.size;
  };
}

export async function connect({ provider }) {
  const [address] = await asked(provider, "eth_requestAccounts");
  if (!address) throw said(SAID_NO);
  const chain = Number(await asked(provider, "eth_chainId"));
  if (!Number.isSafeInteger(chain)) throw said();
  return { address, chain };
}

export async function sign({ provider }, address, text) {
  const signature = await asked(provider, "personal_sign", [hex(text), address]);
  if (typeof signature !== "string") throw said();
  return signature;
}

async function asked(provider, method, params = []) {
  try {
    return await provider.request({ method, params });
  } catch (failure) {
    throw said(failure?.code);
  }
}

function said(code) {
  if (code === SAID_NO) {
    return new Told({ text: "You said no in your wallet. Nothing was signed.", code: "E-WALLETNO" });
  }
  if (code === BUSY) {
    return new Told({ text: "Your wallet still waits for an earlier answer. Open it, answer there, then try again.", code: "E-WALLETBUSY" });
  }
  return new Told({ text: "Your wallet gave no usable answer. Unlock it and try again, or use another one.", code: "E-WALLET" });
}

// A wallet's icon is a picture inside a data address; it is only ever shown in an <img>.
function picture(icon) {
  return typeof icon === "string" && icon.startsWith("data:image/") ? icon : null;
}

function hex(text) {
  const bytes = new TextEncoder().encode(text);
  return "0x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
