// Which messages are new since the last view: they are read out once, by the pane's live region.

import { announce } from "./dom.js";

/** A function `tell(key, messages, say)`: announces what came after the first look at `key`. */
export function newsTeller(region) {
  const seen = new Map();
  return (key, messages, say) => {
    const known = seen.get(key);
    seen.set(key, new Set(messages.map((message) => message.id)));
    if (!known) return;
    for (const message of messages) {
      const words = known.has(message.id) ? null : say(message);
      if (words) announce(region, words);
    }
  };
}
