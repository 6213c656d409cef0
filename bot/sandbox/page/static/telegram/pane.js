// The Telegram side: one person's view, drawn whole after each change.

import { avatar, el, fill } from "../shared/dom.js";
import { Frame } from "../shared/frame.js";
import { Line } from "../shared/line.js";
import { isSeen, onSeen } from "../shared/scroll.js";
import { answers } from "./answers.js";
import { drawBubbles } from "./bubbles.js";
import { chatList, initial } from "./chats.js";
import { Composer } from "./composer.js";
import { headWords, pinnedLine, requestLines } from "./head.js";
import { plain } from "./text.js";

const PERSONAL = ["start", "menu", "open", "block", "unblock", "close_answer", "close_web_app"];

export class TelegramPane {
  #chosen = new Map(); // person -> chat
  #box;
  #frame;
  #line;
  #onUnread;
  #none = el("p", { class: "none", text: "No chats yet." });

  constructor(box, { onUnread }) {
    this.#box = box;
    this.#onUnread = onUnread;
    this.#frame = new Frame(box, "Telegram messages");
    this.#line = new Line("telegram", this.#frame, (whole) => ({ texts: whole, part: "file" }));
    this.over = answers((kind, fields) => this.#act(kind, fields));
    this.ctx = this.#context();
    this.chats = chatList((chat) => this.#choose(chat));
    this.writer = new Composer(this.ctx);
    onSeen(box, () => this.#markRead());
    this.#frame.body.prepend(this.chats.node);
    this.#frame.body.append(this.#none);
    this.#frame.main.append(this.over.node, this.writer.node);
  }

  /** Look as the person with this Telegram id. */
  show(person) {
    this.writer.reset();
    this.over.clear();
    this.#line.open(person, (first) => {
      this.#draw();
      if (first) this.#frame.toEnd();
    });
  }

  #context() {
    return {
      chat: () => this.#current,
      answer: () => this.#line.view.answer,
      act: (kind, fields, files) => this.#act(kind, fields, files),
      say: (text) => this.#act("send", { text }),
      reply: (message) => this.writer.reply(message),
      open: (url) => this.#open(url),
      toast: this.over.toast,
      offer: this.over.offer,
      pressed: null,
    };
  }

  get #current() {
    const { chats } = this.#line.view;
    return chats.find((chat) => chat.id === this.#chosen.get(this.#line.person)) ?? chats[0];
  }

  #act(kind, fields, files) {
    const place = PERSONAL.includes(kind) ? {} : { chat: this.#current.id };
    return this.#line.act(kind, { ...place, ...fields }, files);
  }

  async #open(url) {
    const said = await this.#act("open", { url });
    if (said?.chat) this.#choose(said.chat);
    else if (said?.value) this.over.offer(said.value);
  }

  #choose(id) {
    this.#chosen.set(this.#line.person, id);
    this.#frame.view = "main";
    this.writer.reset();
    this.over.clear();
    this.#draw();
    this.#frame.toEnd();
  }

  #draw() {
    const { chats, messages } = this.#line.view;
    const chat = this.#current;
    this.#none.hidden = Boolean(chat);
    this.#frame.main.hidden = !chat;
    this.chats.show(chats, chat?.id);
    this.#onUnread(unreadElsewhere(chats, chat));
    if (chat) this.#drawChat(chat, messages[chat.id] ?? []);
  }

  #drawChat(chat, messages) {
    this.#drawTop(chat, messages);
    this.#frame.turnTo(`${this.#line.person} ${chat.id}`, `Messages in ${chat.title}`);
    drawBubbles(this.#frame.list, messages, this.ctx);
    this.writer.show(chat);
    this.over.show(this.#line.view, chat.id);
    this.#frame.tell(chat.id, messages, news);
    this.#markRead();
  }

  #markRead() {
    const chat = this.#line.view && this.#current;
    if (chat?.unread && isSeen(this.#box)) this.#act("read", {});
  }

  #drawTop(chat, messages) {
    const { head, notes, before } = this.#frame;
    const back = () => (this.#frame.view = "side");
    const { title, color, members, tag, state, started, blocked } = chat;
    const shown = [chat.id, title, color, members, tag, state, started, blocked];
    fill(head, shown, () => headWords(chat, this.ctx, back));
    fill(notes, [chat.id, chat.requests, chat.pinned, messages.length], () => [
      ...pinnedLine(chat, messages),
      ...requestLines(chat, this.ctx),
    ]);
    const empty = messages.length ? null : [chat.id, chat.state, chat.started, chat.members];
    fill(before, empty, () => (empty ? [welcome(chat)] : []));
  }
}

function unreadElsewhere(chats, current) {
  return chats.reduce((sum, chat) => sum + (chat === current ? 0 : chat.unread), 0);
}

function news(message) {
  return message.mine ? null : `${message.from.name}: ${plain(message)}`;
}

function welcome(chat) {
  const inside = chat.state === "member";
  const words = {
    bot: chat.started ? "No messages yet." : "Press START to talk with this bot.",
    group: inside ? "No messages yet." : `${chat.members} members`,
    channel: inside ? "No posts yet." : `${chat.members} subscribers`,
  };
  return el(
    "div",
    { class: "welcome" },
    avatar(initial(chat.title), chat.color, "large"),
    el("b", { text: chat.title }),
    el("p", { text: words[chat.kind] }),
  );
}
