// The browser shows whose it is: over the chat platform's own sign-in, or by a code in the chat.

import { get, post } from "./ask.js";

const EACH = 1500; // milliseconds between two questions whether the code has come
const OFFLINE = "E-OFFLINE";

/** Leave for the platform's sign-in page; it sends the browser back here. */
export async function goToPlatform(here, stillWanted) {
  const { address } = await post(`${here}/account`, {});
  if (stillWanted()) location.assign(address);
}

// The server keeps no code that could be shown again, so this tab remembers it for a reload.
export function keepCode(here, code) {
  sessionStorage.setItem(here, code);
}

export function keptCode(here) {
  return sessionStorage.getItem(here) ?? "";
}

/** What the wallet opened, once the code was sent in the chat. */
export async function whenEntered(here, stillWanted) {
  while (stillWanted()) {
    await new Promise((resolve) => setTimeout(resolve, EACH));
    const told = await get(`${here}/state`).catch((failure) => {
      if (failure.code !== OFFLINE) throw failure;
      return { pending: true };
    });
    if (!told.pending) return told;
  }
  return null;
}
