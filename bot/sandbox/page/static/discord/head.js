// The head of a channel: its name and topic, and on narrow screens the way to the columns.

import { el, icon, iconButton } from "../shared/dom.js";

/** `toggle(view)` shows or hides a column. */
export function headWords(channel, toggle) {
  return [
    iconButton("menu", "Channels", () => toggle("side"), { "data-focus": "side" }),
    channel.private
      ? el("span", { class: "sign" }, icon("lock"))
      : el("span", { class: "sign", text: channel.dm ? "@" : "#", "aria-hidden": "true" }),
    el("h2", { text: channel.name }),
    el("p", { class: "topic", text: channel.topic ?? "" }),
    iconButton("people", "Members", () => toggle("members"), { "data-focus": "members" }),
  ];
}

/** The channel to show: the chosen one if this person may still see it, else the first. */
export function currentId(view, wanted) {
  const there = wanted === "dm" || view.channels.some((channel) => channel.id === wanted);
  return there ? wanted : (view.channels[0]?.id ?? "dm");
}

/** The talk with the bot in the shape of a channel, or the channel itself. */
export function channelOf(view, id) {
  if (id !== "dm") {
    const channel = view.channels.find((one) => one.id === id);
    return { ...channel, hint: `Message #${channel.name}` };
  }
  const { dm } = view;
  const topic = dm.open ? "Direct messages" : "You take no messages from this club's bots";
  const name = dm.bot.name;
  return {
    id,
    name,
    topic,
    can_write: true,
    unread: dm.unread,
    hint: `Message @${name}`,
    dm: true,
  };
}

/** What calls for this person elsewhere: mentions, and messages of the bot. */
export function unreadElsewhere(view, id) {
  const others = view.channels.filter((channel) => channel.id !== id);
  const mentions = others.reduce((sum, channel) => sum + channel.mentions, 0);
  return mentions + (id === "dm" ? 0 : view.dm.unread);
}
