// The list of slash commands that "/" opens above the text box.

import { el } from "../shared/dom.js";

const MOST = 8;
const ABOUT = { class: "commands", id: "d-commands", role: "listbox", "aria-label": "Commands" };
const MOVES = { ArrowDown: 1, ArrowUp: -1 };

export class CommandList {
  #choose;
  #found = [];
  #at = 0;

  constructor(choose) {
    this.#choose = choose;
    this.node = el("div", { ...ABOUT, hidden: true });
  }

  /** Offer what fits the text of the box; nothing if it is no command. */
  show(text, commands = []) {
    const typed = text?.startsWith("/") ? text.slice(1).trimEnd().toLowerCase() : null;
    this.#found = typed === null ? [] : commands.filter((one) => fits(one, typed)).slice(0, MOST);
    this.#at = 0;
    this.#draw();
  }

  /** True if the list took the key. */
  key(event) {
    const taken = this.#found.length > 0 && this.#take(event.key);
    if (taken) event.preventDefault();
    return taken;
  }

  #take(key) {
    const { length } = this.#found;
    if (key in MOVES) this.#at = (this.#at + MOVES[key] + length) % length;
    else if (key === "Escape") this.#found = [];
    else if (key === "Enter" || key === "Tab") this.#choose(this.#found[this.#at]);
    else return false;
    this.#draw();
    return true;
  }

  #draw() {
    this.node.hidden = !this.#found.length;
    this.node.replaceChildren(...this.#found.map((one, index) => this.#row(one, index)));
    this.node.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  #row(command, index) {
    const choose = (event) => {
      event.preventDefault(); // the text box keeps the keyboard
      this.#choose(command);
    };
    const selected = String(index === this.#at);
    const about = { class: "command", role: "option", "aria-selected": selected };
    const needs = command.options.filter((option) => option.required);
    return el(
      "div",
      { ...about, on: { mousedown: choose } },
      el("b", { text: `/${command.label ?? command.name}` }),
      ...needs.map((option) => el("span", { class: "need", text: option.label ?? option.name })),
      el("small", { text: command.description }),
    );
  }
}

function fits(command, typed) {
  return [command.name, command.label ?? command.name].some(
    (name) => name.startsWith(typed) || typed.startsWith(`${name} `),
  );
}
