// The chat list: one row per chat, last activity first.

import { avatar, el, fill } from "../shared/dom.js";
import { shortTime } from "../shared/times.js";

export function chatList(choose) {
  const list = el("ul", { class: "chat-list" });
  const node = el(
    "nav",
    { class: "chats", "aria-label": "Chats" },
    el("h2", { class: "chats-title", text: "Chats" }),
    list,
  );
  return {
    node,
    show(chats, current) {
      fill(list, [chats, current], () => chats.map((chat) => row(chat, current, choose)));
    },
  };
}

function row(chat, current, choose) {
  const unread = chat.id === current ? 0 : chat.unread;
  const button = el(
    "button",
    {
      type: "button",
      class: "chat",
      "data-focus": String(chat.id),
      "aria-current": chat.id === current ? "page" : null,
      "aria-label": `${chat.title}${unread ? `, ${unread} unread` : ""}`,
      on: { click: () => choose(chat.id) },
    },
    avatar(initial(chat.title), chat.color),
    el(
      "span",
      { class: "chat-words" },
      el(
        "span",
        { class: "chat-top" },
        el("b", { text: chat.title }),
        chat.last ? el("time", { text: shortTime(new Date(chat.last.date * 1000)) }) : null,
      ),
      el(
        "span",
        { class: "chat-last" },
        lastWords(chat),
        unread ? el("span", { class: "badge", text: String(unread), "aria-hidden": "true" }) : null,
      ),
    ),
  );
  return el("li", {}, button);
}

const OUTSIDE = {
  can_join: "Join",
  can_request: "Request to join",
  requested: "Request sent",
  left: "You left",
  removed: "You were removed",
};

function lastWords(chat) {
  if (chat.state !== "member")
    return el("span", { class: "cut hint-words", text: OUTSIDE[chat.state] });
  if (!chat.last)
    return el("span", { class: "cut", text: chat.kind === "bot" ? "bot" : "No messages yet" });
  const from =
    chat.kind === "group" && chat.last.from
      ? el("span", { class: "chat-from", text: `${chat.last.from}: ` })
      : null;
  return el("span", { class: "cut" }, from, chat.last.text);
}

export function initial(title) {
  return [...title.trim()][0]?.toUpperCase() ?? "?";
}
