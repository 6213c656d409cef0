// The foot of a chat: the text box with its commands, file and reply; or the door.

import { button, el, fill, iconButton } from "../shared/dom.js";
import { bytes } from "../shared/sound.js";
import { grow, isSend } from "../shared/writing.js";
import { doorWords } from "./door.js";
import { follow, replyKeyboard } from "./keyboards.js";

const ABOUT = { class: "input", rows: "1", "aria-label": "Message", autocomplete: "off" };
const LIST = { class: "command-list", role: "group", "aria-label": "Commands", hidden: true };

export class Composer {
  #ctx;
  #reply = null;
  #file = null;
  #input = el("textarea", ABOUT);
  #picker = el("input", { type: "file", hidden: true });
  #clip = iconButton("clip", "Attach a file", () => this.#picker.click());
  #sendKey = iconButton("send", "Send", () => this.#send());
  #menu = el("div", { class: "menu-slot" });
  #extras = el("div", { class: "extras" });
  #commands = el("div", LIST);
  #keys = el("div");
  #door = el("div", { class: "door" });
  #box = el("div", { class: "input-box" });

  /** `ctx` = {act, chat, open, toast, offer}. */
  constructor(ctx) {
    this.#ctx = ctx;
    this.#box.append(this.#menu, this.#clip, this.#picker, this.#input, this.#sendKey);
    const parts = [this.#commands, this.#extras, this.#box, this.#keys, this.#door];
    this.node = el("div", { class: "composer" }, ...parts);
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#picker.addEventListener("change", () => this.#attach());
  }

  show(chat) {
    const { id, state, started, blocked, keyboard } = chat;
    const writes = state === "member" && started && !blocked && chat.may_write;
    const shut = writes ? null : [id, state, started, blocked, chat.may_write];
    this.#box.hidden = this.#extras.hidden = !writes;
    this.#input.placeholder = chat.placeholder;
    fill(this.#menu, [id, chat.menu_button, chat.commands.length], () => this.#menuKey(chat));
    fill(this.#keys, writes && keyboard, () =>
      writes && keyboard ? [replyKeyboard(keyboard, this.#ctx)] : [],
    );
    fill(this.#door, shut, () => (shut ? doorWords(chat, this.#ctx) : []));
  }

  reply(message) {
    this.#reply = message;
    this.#drawExtras();
    this.#input.focus();
  }

  reset() {
    this.#input.value = "";
    this.#reply = this.#file = null;
    this.#commands.hidden = true;
    this.#drawExtras();
    grow(this.#input);
  }

  async #send() {
    const text = this.#input.value.trim();
    if (!text && !this.#file) return;
    const done = await (this.#file ? this.#sendFile(text) : this.#sendText(text));
    if (done) this.reset(); // otherwise what was typed stays for another try
  }

  #sendText(text) {
    const asked = this.#reply?.id ?? this.#ctx.chat().reply_to;
    return this.#ctx.act("send", { text, reply_to: asked });
  }

  #sendFile(caption) {
    const kind = kindOf(this.#file.type);
    const title = kind === "send_audio" ? this.#file.name.replace(/\.[^.]+$/, "") : null;
    return this.#ctx.act(kind, { caption, title }, [this.#file]);
  }

  #typed() {
    grow(this.#input);
    this.#offer(this.#input.value);
  }

  #key(event) {
    if (isSend(event)) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape") this.#unreply();
    else if (event.key === "ArrowUp" && !this.#commands.hidden) {
      event.preventDefault();
      this.#commands.lastElementChild.focus();
    }
  }

  #attach() {
    [this.#file] = this.#picker.files;
    this.#picker.value = "";
    this.#drawExtras();
    this.#input.focus();
  }

  #unreply() {
    this.#commands.hidden = true;
    this.#reply = null;
    this.#drawExtras();
  }

  #detach() {
    this.#file = null;
    this.#drawExtras();
  }

  #drawExtras() {
    const chips = [];
    const name = this.#reply?.from.name;
    if (name) chips.push(chip(`Reply to ${name}`, "Do not reply", () => this.#unreply()));
    if (this.#file) {
      const words = `${this.#file.name} (${bytes(this.#file.size)})`;
      chips.push(chip(words, "Remove the file", () => this.#detach()));
    }
    this.#extras.replaceChildren(...chips);
  }

  // The bot's commands that begin with what was typed.
  #offer(text) {
    const typed = text.startsWith("/") ? text.slice(1).toLowerCase() : null;
    const found =
      typed === null
        ? []
        : this.#ctx.chat().commands.filter((one) => one.command.startsWith(typed));
    this.#commands.hidden = !found.length;
    this.#commands.replaceChildren(...found.map((one) => this.#command(one)));
  }

  #command({ command, description }) {
    const row = button("", () => this.#say(`/${command}`), { class: "command" });
    row.append(el("b", { text: `/${command}` }), el("span", { text: description }));
    return row;
  }

  async #say(text) {
    if (await this.#ctx.act("send", { text })) this.reset();
  }

  #menuKey(chat) {
    if (chat.menu_button) {
      return [button(chat.menu_button.text, () => this.#openMenu(chat.id), { class: "menu-key" })];
    }
    if (!chat.commands.length) return [];
    return [iconButton("menu", "Commands", () => this.#listAll(), { class: "menu-key" })];
  }

  async #openMenu(bot) {
    const said = await this.#ctx.act("menu", { bot });
    if (said) follow(said, this.#ctx);
  }

  #listAll() {
    this.#input.focus();
    this.#offer("/");
  }
}

const KINDS = { "audio/": "send_audio", "image/": "send_photo" };

function kindOf(type) {
  const start = Object.keys(KINDS).find((known) => type.startsWith(known));
  return KINDS[start] ?? "send_document";
}

function chip(text, label, remove) {
  const close = iconButton("close", label, remove);
  return el("span", { class: "chip" }, el("span", { class: "cut", text }), close);
}
