// The Discord side: one person's view, drawn whole after each change.

import { el, fill } from "../shared/dom.js";
import { Frame } from "../shared/frame.js";
import { Line } from "../shared/line.js";
import { isSeen, onSeen } from "../shared/scroll.js";
import { Composer } from "./composer.js";
import { channelOf, currentId, headWords, unreadElsewhere } from "./head.js";
import { plain } from "./markdown.js";
import { members } from "./members.js";
import { drawMessages } from "./messages.js";
import { modalPart } from "./modal.js";
import { side } from "./side.js";

const EMPTY = "Nothing here yet. Say hello, or type / for commands.";

export class DiscordPane {
  #chosen = new Map(); // person -> channel
  #box;
  #frame;
  #line;
  #onUnread;

  constructor(box, { onUnread }) {
    this.#box = box;
    this.#onUnread = onUnread;
    this.#frame = new Frame(box, "Discord messages");
    const form = (whole) => ({ texts: { act: JSON.stringify(whole) }, part: "files" });
    this.#line = new Line("discord", this.#frame, form);
    const ctx = this.#context();
    this.side = side((channel) => this.#choose(channel));
    this.members = members();
    this.writer = new Composer(ctx);
    this.modal = modalPart(box, ctx.act);
    this.ctx = ctx;
    this.#frame.body.prepend(this.side.node);
    this.#frame.body.append(this.members.node);
    this.#frame.main.append(this.writer.node);
    onSeen(box, () => this.#markRead());
    this.#frame.list.addEventListener("go", (event) => this.#choose(event.detail));
  }

  /** Look as the person with this Discord id. */
  show(person) {
    this.modal.close();
    this.writer.reset();
    this.#line.open(person, (first) => {
      this.#draw();
      if (first) this.#frame.toEnd();
    });
  }

  #context() {
    return {
      act: (kind, fields, files) => this.#line.act(kind, fields, files),
      view: () => this.#line.view,
      channel: () => this.#current,
      reply: (message) => this.writer.reply(message),
    };
  }

  get #current() {
    return currentId(this.#line.view, this.#chosen.get(this.#line.person));
  }

  #choose(channel) {
    this.#chosen.set(this.#line.person, channel);
    this.#frame.view = "main";
    this.writer.reset();
    this.#draw();
    this.#frame.toEnd();
  }

  #draw() {
    const { view } = this.#line;
    const channel = channelOf(view, this.#current);
    this.side.show(view, channel.id);
    this.members.show(view.members);
    fill(this.#frame.head, channel, () => headWords(channel, (name) => this.#toggle(name)));
    this.#drawChannel(channel, view);
    this.writer.show(channel);
    this.modal.show(view.modal, view);
    this.#onUnread(unreadElsewhere(view, channel.id));
    this.#markRead();
  }

  #drawChannel({ id, name }, view) {
    const messages = view.messages[id] ?? [];
    this.#frame.turnTo(`${this.#line.person} ${id}`, `Messages in ${name}`);
    drawMessages(this.#frame.list, messages, this.ctx);
    const empty = !messages.length;
    fill(this.#frame.before, empty, () =>
      empty ? [el("p", { class: "empty", text: EMPTY })] : [],
    );
    this.#frame.tell(id, messages, (message) => news(message, view.me));
  }

  #markRead() {
    const { view } = this.#line;
    const { id, unread } = view ? channelOf(view, this.#current) : {};
    if (unread && isSeen(this.#box)) this.#line.act("read", { channel: id });
  }

  #toggle(name) {
    this.#frame.view = this.#frame.view === name ? "main" : name;
  }
}

function news(message, me) {
  if (message.author.id === me.id || message.pending) return null;
  return `${message.author.name}: ${plain(message.content, message.mentions)}`;
}
