// The left column: the club's name, channels by category, the talk with the bot, who I am.

import { avatar, el, fill, icon } from "../shared/dom.js";

export function side(choose) {
  const title = el("h2", { class: "guild" });
  const list = el("nav", { class: "channels", "aria-label": "Channels" });
  const me = el("div", { class: "me" });
  const node = el("div", { class: "side" }, title, list, me);
  return {
    node,
    show(view, current) {
      title.textContent = view.guild.name;
      fill(list, [view.channels, view.dm, current], () => [
        ...groups(view.channels, current, choose),
        directs(view.dm, current, choose),
      ]);
      fill(me, view.me, () => meWords(view.me));
    },
  };
}

function groups(channels, current, choose) {
  const out = [];
  let category;
  for (const channel of channels) {
    if (channel.category !== category && !channel.thread_of) {
      category = channel.category;
      if (category) out.push(el("h3", { class: "category", text: category }));
    }
    out.push(row(channel, current, choose, channelSign(channel)));
  }
  return out;
}

function channelSign(channel) {
  if (channel.private) return el("span", { class: "sign locked" }, "#", icon("lock"));
  return el("span", { class: "sign", text: channel.thread_of ? "↳" : "#", "aria-hidden": "true" });
}

function row(channel, current, choose, sign) {
  const unread = channel.unread > 0 && channel.id !== current;
  const node = el(
    "button",
    {
      type: "button",
      class: `channel${channel.thread_of ? " thread" : ""}${unread ? " unread" : ""}`,
      "aria-current": channel.id === current ? "page" : null,
      "aria-label": label(channel, unread),
      "data-focus": channel.id,
      on: { click: () => choose(channel.id) },
    },
    sign,
    el("span", { class: "name", text: channel.name }),
  );
  const count = channel.mentions ?? 0;
  if (unread && count)
    node.append(el("span", { class: "badge", text: String(count), "aria-hidden": "true" }));
  return node;
}

function label(channel, unread) {
  const parts = [
    channel.id === "dm" ? `Direct messages with ${channel.name}` : `Channel ${channel.name}`,
  ];
  if (channel.private) parts.push("private");
  if (unread) parts.push(`${channel.unread} unread`);
  return parts.join(", ");
}

function directs(dm, current, choose) {
  if (!dm?.bot) return null;
  const entry = { id: "dm", name: dm.bot.name, unread: dm.unread, mentions: dm.unread };
  return el(
    "div",
    {},
    el("h3", { class: "category", text: "Direct messages" }),
    row(entry, current, choose, face(dm.bot, "small")),
  );
}

function meWords(me) {
  return [
    face(me, "small"),
    el(
      "span",
      { class: "me-words" },
      el("b", { text: me.name }),
      el("small", { text: me.username }),
    ),
  ];
}

/** A member's round picture. */
export function face(member, size = "") {
  return avatar(member.avatar.initial, member.avatar.color, size);
}
