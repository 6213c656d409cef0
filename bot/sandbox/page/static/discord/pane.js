// The Discord side: one person's view, drawn whole after each change.

import { el, fill, icon, iconButton } from "../shared/dom.js";
import { BASE, post, postFiles } from "../shared/http.js";
import { newsTeller } from "../shared/live.js";
import { isSeen, stickToEnd } from "../shared/scroll.js";
import { watch } from "../shared/socket.js";
import { composer } from "./composer.js";
import { plain } from "./markdown.js";
import { members } from "./members.js";
import { drawMessages } from "./messages.js";
import { modalPart } from "./modal.js";
import { side } from "./side.js";

export function discordPane(box, { onUnread }) {
  const parts = skeleton(box);
  const state = { person: null, view: null, channels: new Map(), stop: () => {} };
  const ctx = {
    view: () => state.view,
    channel: () => current(state),
    reply: (message) => writer.reply(message),
    act,
  };
  const columns = { side: side(choose), members: members() };
  const writer = composer(ctx);
  const modal = modalPart(box, act);
  const toEnd = stickToEnd(parts.scroll, parts.list);
  let tell = newsTeller(parts.live);
  parts.frame.prepend(columns.side.node);
  parts.frame.append(columns.members.node);
  parts.main.append(writer.node);
  parts.list.addEventListener("go", (event) => choose(event.detail));

  async function act(kind, fields, files = []) {
    const whole = { person: state.person, kind, ...fields };
    try {
      const said = await (files.length ? postFiles("discord/act", whole, files, "files") : post("discord/act", whole));
      parts.fail("");
      return said;
    } catch (error) {
      parts.fail(error.message);
      return null;
    }
  }

  function choose(channel) {
    state.channels.set(state.person, channel);
    box.dataset.view = "main";
    writer.reset();
    draw();
    toEnd();
  }

  function draw() {
    const { view } = state;
    const id = current(state);
    const channel = chosen(view, id);
    const messages = view.messages[id] ?? [];
    columns.side.show(view, id);
    columns.members.show(view.members);
    parts.title(channel);
    parts.list.setAttribute("aria-label", `Messages in ${channel.name}`);
    if (parts.list.dataset.channel !== `${state.person} ${id}`) parts.list.replaceChildren(), parts.list.drawn = new Map();
    parts.list.dataset.channel = `${state.person} ${id}`;
    drawMessages(parts.list, messages, ctx);
    parts.empty.hidden = messages.length > 0;
    writer.show(channel);
    modal.show(view.modal, view);
    tell(id, messages, (message) => (message.author.id === view.me.id || message.pending ? null : `${message.author.name}: ${plain(message.content, message.mentions)}`));
    onUnread(unread(view, id));
    if (channel.unread && isSeen(box)) act("read", { channel: id });
  }

  return {
    show(person) {
      state.stop();
      Object.assign(state, { person, view: null });
      tell = newsTeller(parts.live);
      modal.close();
      writer.reset();
      parts.frame.hidden = true;
      parts.status("connecting");
      const address = new URL(`discord/stream?person=${encodeURIComponent(person)}`, BASE);
      state.stop = watch(address, { onView: (view) => { const first = !state.view; state.view = view; parts.frame.hidden = false; draw(); if (first) toEnd(); }, onStatus: parts.status });
    },
  };
}

function current({ view, channels, person }) {
  const wanted = channels.get(person);
  const there = wanted === "dm" || view.channels.some((channel) => channel.id === wanted);
  return there ? wanted : (view.channels[0]?.id ?? "dm");
}

function chosen(view, id) {
  if (id !== "dm") {
    const channel = view.channels.find((one) => one.id === id);
    return { ...channel, hint: `Message #${channel.name}` };
  }
  const { dm } = view;
  return { id, name: dm.bot.name, topic: dm.open ? "Direct messages" : "You do not take messages from this club's bots", can_write: true, unread: dm.unread, hint: `Message @${dm.bot.name}`, dm: true, open: dm.open };
}

function unread(view, id) {
  const channels = view.channels.filter((channel) => channel.id !== id).reduce((sum, channel) => sum + channel.mentions, 0);
  return channels + (id === "dm" ? 0 : view.dm.unread);
}

function skeleton(box) {
  const head = el("div", { class: "head" });
  const list = el("ol", { class: "messages" });
  const empty = el("p", { class: "empty", text: "Nothing here yet. Say hello, or type / for commands." });
  const scroll = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Messages" }, empty, list);
  const failed = el("p", { class: "pane-failed", role: "alert", hidden: true });
  const status = el("p", { class: "pane-status", role: "status" });
  const live = el("div", { class: "quiet-read", role: "log", "aria-live": "polite" });
  const main = el("div", { class: "main" }, head, scroll, failed);
  const frame = el("div", { class: "frame", hidden: true }, main);
  box.dataset.view = "main";
  box.append(status, frame, live);
  return {
    main, frame, list, scroll, live, empty,
    fail: (words) => { failed.textContent = words; failed.hidden = !words; },
    status: (now) => { box.dataset.status = now; status.textContent = { live: "", connecting: "Connecting…", reconnecting: "Reconnecting…" }[now]; },
    title: (channel) => fill(head, channel, () => headWords(channel, box)),
  };
}

function headWords(channel, box) {
  const toggle = (view) => () => { box.dataset.view = box.dataset.view === view ? "main" : view; };
  return [
    iconButton("menu", "Channels", toggle("side"), { "data-focus": "side" }),
    channel.private ? el("span", { class: "sign" }, icon("lock")) : el("span", { class: "sign", text: channel.dm ? "@" : "#", "aria-hidden": "true" }),
    el("h2", { text: channel.name }),
    channel.topic ? el("p", { class: "topic", text: channel.topic }) : el("span", { class: "topic" }),
    iconButton("people", "Members", toggle("members"), { "data-focus": "members" }),
  ];
}
