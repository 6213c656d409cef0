// A signature that was made elsewhere, as a person brings it here.

import { Told } from "./ask.js";

const BYTES = /^0x(?:[0-9a-f]{2})*$/i;
const UNREADABLE = {
  text: "That is no whole signature: it is 0x and then letters from a to f and digits. Copy it again; the text stays good.",
  code: "E-SIGFORM",
};

/** Spaces and line ends of copying are dropped, and a missing 0x is set. */
export function broughtSignature(raw) {
  const plain = raw.replace(/\s+/g, "").replace(/^(?=[0-9a-f]{64})/i, "0x");
  if (!BYTES.test(plain)) throw new Told(UNREADABLE);
  return plain;
}
