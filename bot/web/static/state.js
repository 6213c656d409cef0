// What the page says while it works: one place that is read out, and five kinds of message.
//   waiting   the next move is the fan's, in the wallet or in the chat
//   checking  the next move is ours
//   again     not done, why, and what to do now
//   done      the wallet is linked
//   over      this link leads nowhere any more

import { el, part, say } from "./dom.js";

const WORKING = new Set(["waiting", "checking", "again"]);
const ENDING = new Set(["done", "over"]);
const box = part("state");

/** A message under the step that is shown; the step stays usable. */
export function tell(kind, text, more = {}) {
  if (!WORKING.has(kind)) throw new RangeError(kind);
  say(box, kind, text, more);
}

/** The last message: the steps go, and this takes their place. */
export function end(kind, title, text, code = "") {
  if (!ENDING.has(kind)) throw new RangeError(kind);
  for (const one of ["flow", "foot"]) part(one).hidden = true;
  const heading = el("h2", { id: "done-title", tabIndex: -1, textContent: title });
  const line = el("p", {}, text);
  if (code) line.append(" ", el("code", { className: "code", textContent: code }));
  const back = `You can close this page and go back to ${box.dataset.platform}.`;
  box.dataset.kind = kind;
  box.replaceChildren(el("section", { id: "done", className: "finished" }, heading, line,
    el("p", { className: "quiet", textContent: back })));
  heading.focus();
}
