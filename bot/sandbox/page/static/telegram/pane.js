// The Telegram side: one person's view, drawn whole after each change.

import { avatar, el, fill } from "../shared/dom.js";
import { BASE, post, postFiles } from "../shared/http.js";
import { newsTeller } from "../shared/live.js";
import { isSeen, stickToEnd } from "../shared/scroll.js";
import { watch } from "../shared/socket.js";
import { answers } from "./answers.js";
import { drawBubbles } from "./bubbles.js";
import { chatList, initial } from "./chats.js";
import { composer } from "./composer.js";
import { headWords, pinnedLine, requestLines } from "./head.js";
import { plain } from "./text.js";

const PERSONAL = ["start", "menu", "open", "block", "unblock", "close_answer", "close_web_app"];

export function telegramPane(box, { onUnread }) {
  const parts = skeleton(box);
  const state = { person: null, view: null, chats: new Map(), stop: () => {} };
  const over = answers(act);
  const ctx = {
    chat: () => current(state),
    answer: () => state.view.answer,
    act,
    say: (text) => act("send", { text }),
    reply: (message) => writer.reply(message),
    open,
    toast: over.toast,
    offer: over.offer,
    pressed: null,
  };
  const list = chatList(choose);
  const writer = composer(ctx);
  const toEnd = stickToEnd(parts.scroll, parts.list);
  let tell = newsTeller(parts.live);
  parts.frame.prepend(list.node);
  parts.main.append(over.node, writer.node);

  async function act(kind, fields, files = []) {
    const place = PERSONAL.includes(kind) ? {} : { chat: current(state).id };
    const whole = { person: state.person, kind, ...place, ...fields };
    try {
      const said = await (files.length ? postFiles("telegram/act", whole, files, "file") : post("telegram/act", whole));
      parts.fail("");
      return said;
    } catch (error) {
      parts.fail(error.message);
      return null;
    }
  }

  async function open(url) {
    const said = await act("open", { url });
    if (said?.chat) choose(said.chat);
    else if (said?.value) over.offer(said.value);
  }

  function choose(id) {
    state.chats.set(state.person, id);
    box.dataset.view = "main";
    writer.reset();
    over.clear();
    if (state.view.chats.some((chat) => chat.id === id)) draw();
    toEnd();
  }

  function draw() {
    const { view } = state;
    const chat = current(state);
    parts.none.hidden = Boolean(chat);
    parts.main.hidden = !chat;
    list.show(view.chats, chat?.id);
    onUnread(view.chats.filter((one) => one.id !== chat?.id).reduce((sum, one) => sum + one.unread, 0));
    if (chat) drawChat(chat, view.messages[chat.id] ?? []);
  }

  function drawChat(chat, messages) {
    fill(parts.head, chat, () => headWords(chat, ctx, () => { box.dataset.view = "side"; }));
    fill(parts.notes, [chat.id, chat.requests, chat.pinned, messages.length], () => [...pinnedLine(chat, messages), ...requestLines(chat, ctx)]);
    if (parts.list.dataset.chat !== `${state.person} ${chat.id}`) parts.list.replaceChildren(), parts.list.drawn = new Map();
    parts.list.dataset.chat = `${state.person} ${chat.id}`;
    drawBubbles(parts.list, messages, ctx);
    fill(parts.welcome, messages.length ? null : [chat.id, chat.state], () => (messages.length ? [] : welcome(chat)));
    writer.show(chat);
    over.show(state.view, chat.id);
    tell(chat.id, messages, (message) => (message.mine ? null : `${message.from.name}: ${plain(message)}`));
    if (chat.unread && isSeen(box)) act("read", {});
  }

  return {
    show(person) {
      state.stop();
      Object.assign(state, { person, view: null });
      tell = newsTeller(parts.live);
      writer.reset();
      over.clear();
      parts.frame.hidden = true;
      parts.status("connecting");
      const address = new URL(`telegram/stream?person=${encodeURIComponent(person)}`, BASE);
      state.stop = watch(address, { onView: (view) => { const first = !state.view; state.view = view; parts.frame.hidden = false; draw(); if (first) toEnd(); }, onStatus: parts.status });
    },
  };
}

function current({ view, chats, person }) {
  return view.chats.find((chat) => chat.id === chats.get(person)) ?? view.chats[0];
}

function welcome(chat) {
  const words = {
    bot: chat.started ? "No messages yet." : "Press START to talk with this bot.",
    group: chat.state === "member" ? "No messages yet." : `${chat.members} members`,
    channel: chat.state === "member" ? "No posts yet." : `${chat.members} subscribers`,
  };
  return [el("div", { class: "welcome" }, avatar(initial(chat.title), chat.color, "large"), el("b", { text: chat.title }), el("p", { text: words[chat.kind] }))];
}

function skeleton(box) {
  const head = el("div", { class: "head" });
  const notes = el("div", { class: "notes" });
  const list = el("ol", { class: "messages", "aria-label": "Messages" });
  const welcomeBox = el("div");
  const scroll = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Messages" }, welcomeBox, list);
  const failed = el("p", { class: "pane-failed", role: "alert", hidden: true });
  const status = el("p", { class: "pane-status", role: "status" });
  const live = el("div", { class: "quiet-read", role: "log", "aria-live": "polite" });
  const main = el("div", { class: "main" }, head, notes, scroll, failed);
  const none = el("p", { class: "none", text: "No chats yet." });
  const frame = el("div", { class: "frame", hidden: true }, main, none);
  box.dataset.view = "main";
  box.append(status, frame, live);
  return {
    main, frame, head, notes, list, scroll, live, none, welcome: welcomeBox,
    fail: (words) => { failed.textContent = words; failed.hidden = !words; },
    status: (now) => { box.dataset.status = now; status.textContent = { live: "", connecting: "Connecting…", reconnecting: "Reconnecting…" }[now]; },
  };
}
