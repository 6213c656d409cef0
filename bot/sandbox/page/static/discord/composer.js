// The text box: writing, attaching files, "/" for commands, replying.

import { el, iconButton } from "../shared/dom.js";
import { bytes } from "../shared/sound.js";
import { grow, isSend } from "../shared/writing.js";
import { commandForm } from "./commands.js";
import { CommandList } from "./commandlist.js";

const ABOUT = {
  class: "input",
  rows: "1",
  "aria-label": "Message",
  autocomplete: "off",
  "aria-controls": "d-commands",
  "aria-autocomplete": "list",
};

export class Composer {
  #ctx;
  #files = [];
  #reply = null;
  #input = el("textarea", ABOUT);
  #picker = el("input", { type: "file", multiple: true, hidden: true });
  #clip = iconButton("plus", "Attach files", () => this.#picker.click());
  #send = iconButton("send", "Send", () => this.#sendMessage());
  #extras = el("div", { class: "extras" });
  #form = el("div", { class: "command-slot" });
  #list = new CommandList((command) => this.#startCommand(command));
  #box = el("div", { class: "input-box" }, this.#clip, this.#picker, this.#input, this.#send);

  /** `ctx` = {act, view, channel}. */
  constructor(ctx) {
    this.#ctx = ctx;
    const parts = [this.#list.node, this.#form, this.#extras, this.#box];
    this.node = el("div", { class: "composer" }, ...parts);
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#picker.addEventListener("change", () => this.#attach());
  }

  show(channel) {
    const shut = !channel.can_write;
    this.#input.placeholder = shut ? "You cannot write here" : channel.hint;
    for (const control of [this.#input, this.#clip, this.#send]) control.disabled = shut;
  }

  reply(message) {
    this.#reply = message;
    this.#drawExtras();
    this.#input.focus();
  }

  reset() {
    this.#list.show(null);
    this.#closeForm();
    this.#clear();
  }

  #clear() {
    this.#input.value = "";
    this.#files = [];
    this.#reply = null;
    this.#drawExtras();
    grow(this.#input);
  }

  #typed() {
    grow(this.#input);
    this.#list.show(this.#input.value, this.#ctx.view().commands);
  }

  #key(event) {
    if (this.#list.key(event)) return;
    if (isSend(event)) {
      event.preventDefault();
      this.#sendMessage();
    } else if (event.key === "Escape") this.#unreply();
  }

  async #sendMessage() {
    const text = this.#input.value.trim();
    const files = this.#files;
    if (!text && !files.length) return;
    const fields = { channel: this.#ctx.channel(), text, reply_to: this.#reply?.id };
    const done = await this.#ctx.act("send", fields, files);
    if (done) this.#clear(); // otherwise what was typed stays for another try
  }

  async #startCommand(command) {
    const rest = this.#input.value.trim().replace(/^\S+\s*/, ""); // "/why @fan": the first option
    this.#input.value = "";
    this.#list.show(null);
    if (!command.options.length) {
      const fields = { channel: this.#ctx.channel(), name: command.name, options: {} };
      await this.#ctx.act("command", fields);
      return;
    }
    this.#box.hidden = true;
    const close = () => {
      this.#closeForm();
      this.#input.focus();
    };
    this.#form.replaceChildren(commandForm(command, this.#ctx, close));
    const first = this.#form.querySelector(".command-field :is(input, select)");
    if (first?.matches("input:not([type=file])")) first.value = rest;
    first?.focus();
  }

  #closeForm() {
    this.#form.replaceChildren();
    this.#box.hidden = false;
  }

  #attach() {
    this.#files.push(...this.#picker.files);
    this.#picker.value = "";
    this.#drawExtras();
    this.#input.focus();
  }

  #detach(file) {
    this.#files = this.#files.filter((other) => other !== file);
    this.#drawExtras();
  }

  #unreply() {
    this.#reply = null;
    this.#drawExtras();
  }

  #drawExtras() {
    const chips = this.#files.map((file) =>
      chip(`${file.name} (${bytes(file.size)})`, `Remove ${file.name}`, () => this.#detach(file)),
    );
    const name = this.#reply?.author.name;
    if (name) chips.unshift(chip(`Replying to ${name}`, "Do not reply", () => this.#unreply()));
    this.#extras.replaceChildren(...chips);
  }
}

function chip(text, label, remove) {
  const close = iconButton("close", label, remove);
  return el("span", { class: "chip" }, el("span", { class: "cut", text }), close);
}
