// The head of a chat: its name, what is pinned, who asks to come in, and a small menu.

import { avatar, button, el, icon, iconButton } from "../shared/dom.js";
import { menu } from "../bar/menu.js";
import { initial } from "./chats.js";
import { plain } from "./text.js";

export function headWords(chat, ctx, back) {
  return [
    iconButton("back", "All chats", back, { class: "back", "data-focus": "back" }),
    avatar(initial(chat.title), chat.color, "small"),
    el(
      "div",
      { class: "head-words" },
      el("h2", { text: chat.title }),
      el("p", { text: subtitle(chat) }),
    ),
    chatMenu(chat, ctx),
  ];
}

function subtitle(chat) {
  if (chat.kind === "bot") return chat.blocked ? "bot - blocked" : "bot";
  const people = `${chat.members} ${chat.kind === "channel" ? "subscriber" : "member"}${chat.members === 1 ? "" : "s"}`;
  return chat.tag ? `${people}, you are ${chat.tag}` : people;
}

function chatMenu(chat, ctx) {
  const items = menuItems(chat, ctx);
  if (!items.length) return null;
  const made = menu(
    iconButton("more", `Menu of ${chat.title}`, () => {}, { "data-focus": "menu" }),
    `Menu of ${chat.title}`,
  );
  made.panel.append(
    ...items.map(([text, act]) =>
      button(
        text,
        () => {
          made.close();
          act();
        },
        { class: "menu-item" },
      ),
    ),
  );
  return made.node;
}

function menuItems(chat, ctx) {
  if (chat.kind === "bot") {
    if (!chat.started) return [];
    return chat.blocked
      ? [["Unblock", () => ctx.act("unblock", { bot: chat.id })]]
      : [["Block bot", () => ctx.act("block", { bot: chat.id })]];
  }
  return chat.state === "member" ? [[`Leave ${chat.kind}`, () => ctx.act("leave", {})]] : [];
}

export function pinnedLine(chat, messages) {
  const message = messages.find((one) => one.id === chat.pinned);
  if (!message) return [];
  return [
    el(
      "div",
      { class: "pinned" },
      icon("pin"),
      el(
        "span",
        { class: "pinned-words" },
        el("b", { text: "Pinned message" }),
        el("span", { class: "cut", text: plain(message) || "Media" }),
      ),
    ),
  ];
}

/** Who asks to come in; only administrators get these. */
export function requestLines(chat, ctx) {
  return chat.requests.map(({ user }) => requestLine(user, ctx));
}

function requestLine(user, ctx) {
  const answer = (kind) => () => ctx.act(kind, { user: user.id });
  const words = [el("b", { text: user.name }), el("small", { text: "asks to join" })];
  return el(
    "div",
    { class: "request" },
    avatar(initial(user.name), user.color, "small"),
    el("span", { class: "request-words" }, ...words),
    el(
      "span",
      { class: "request-keys" },
      button("Approve", answer("approve"), { class: "small-key primary" }),
      button("Decline", answer("decline"), { class: "small-key" }),
    ),
  );
}
