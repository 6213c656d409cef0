// One wallet as an EIP-1193 provider. It signs text, and nothing else.

import { post } from "../shared/http.js";
import { confirmSignature } from "./dialog.js";

const REFUSED = 4001; // the person said no
const UNAUTHORISED = 4100;
const UNSUPPORTED = 4200;
const BAD_PARAMS = -32602;

/** A frozen provider for `wallet` = {key, name, address}. */
export function provider(wallet, chainId) {
  const listeners = new Map();
  const session = { connected: false };
  const methods = {
    eth_chainId: () => `0x${chainId.toString(16)}`,
    net_version: () => String(chainId),
    eth_accounts: () => (session.connected ? [wallet.address] : []),
    eth_requestAccounts: () =>
      connect(wallet, session, (type, value) => emit(listeners, type, value), methods),
    personal_sign: ([message, address] = []) => sign(wallet, session, message, address),
  };
  return Object.freeze({
    async request({ method, params } = {}) {
      if (!Object.hasOwn(methods, method))
        throw failure(UNSUPPORTED, `The demo wallet does not do ${method}. It can only sign text.`);
      return methods[method](params);
    },
    on(type, listener) {
      listeners.set(type, (listeners.get(type) ?? new Set()).add(listener));
      return this;
    },
    removeListener(type, listener) {
      listeners.get(type)?.delete(listener);
      return this;
    },
  });
}

function emit(listeners, type, value) {
  for (const listener of listeners.get(type) ?? []) listener(value);
}

function connect(wallet, session, tell, methods) {
  if (!session.connected) {
    session.connected = true;
    tell("connect", { chainId: methods.eth_chainId() });
    tell("accountsChanged", [wallet.address]);
  }
  return [wallet.address];
}

async function sign(wallet, session, message, address) {
  if (typeof message !== "string" || typeof address !== "string")
    throw failure(BAD_PARAMS, "personal_sign takes a text and an address.");
  if (!session.connected) throw failure(UNAUTHORISED, "Connect the wallet first.");
  if (address.toLowerCase() !== wallet.address.toLowerCase())
    throw failure(UNAUTHORISED, "This wallet has another address.");
  const text = readText(message);
  if (!(await confirmSignature(wallet, text)))
    throw failure(REFUSED, "The signature was rejected.");
  const { signature } = await post("wallet/sign", { address: wallet.address, text });
  return signature;
}

// Wallets take the text as hex of its UTF-8; some pages pass it plainly.
function readText(message) {
  if (!/^0x([0-9a-f]{2})*$/i.test(message)) return message;
  const bytes = Uint8Array.from(message.slice(2).match(/../g) ?? [], (pair) => parseInt(pair, 16));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw failure(BAD_PARAMS, "The demo wallet signs text only.");
  }
}

function failure(code, words) {
  return Object.assign(new Error(words), { code });
}
