// The parts that both panes have: head, messages, a line for failures, a note while connecting.

import { el } from "./dom.js";
import { newsTeller } from "./live.js";
import { stickToEnd } from "./scroll.js";

const WORDS = { live: "", connecting: "Connecting…", reconnecting: "Reconnecting…" };

export class Frame {
  #box;
  #failed = el("p", { class: "pane-failed", role: "alert", hidden: true });
  #status = el("p", { class: "pane-status", role: "status" });
  #live = el("div", { class: "quiet-read", role: "log", "aria-live": "polite" });
  #shown = null;

  constructor(box, label) {
    this.#box = box;
    this.head = el("div", { class: "head" });
    this.notes = el("div", { class: "notes" });
    this.before = el("div"); // what stands above the first message
    this.list = el("ol", { class: "messages" });
    const about = { class: "scroll", tabindex: "0", role: "region", "aria-label": label };
    const scroll = el("div", about, this.before, this.list);
    this.main = el("div", { class: "main" }, this.head, this.notes, scroll, this.#failed);
    this.body = el("div", { class: "frame", hidden: true }, this.main);
    this.toEnd = stickToEnd(scroll, this.list);
    this.tell = newsTeller(this.#live);
    box.dataset.view = "main";
    box.append(this.#status, this.body, this.#live);
  }

  /** Which part a narrow screen shows: "main", "side" or "members". */
  get view() {
    return this.#box.dataset.view;
  }

  set view(name) {
    this.#box.dataset.view = name;
  }

  /** Begin anew, for another person. */
  show(status) {
    this.tell = newsTeller(this.#live);
    this.body.hidden = true;
    this.fail("");
    this.status(status);
  }

  status(now) {
    this.#box.dataset.status = now;
    this.#status.textContent = WORDS[now];
  }

  fail(words) {
    this.#failed.textContent = words;
    this.#failed.hidden = !words;
  }

  /** Forget the drawn messages when `key` (who looks at which chat) is another one. */
  turnTo(key, label) {
    this.list.setAttribute("aria-label", label);
    if (this.#shown === key) return;
    this.#shown = key;
    this.list.replaceChildren();
    this.list.drawn = new Map();
  }
}
