// What stands at the foot of a chat in which one cannot write: START, Join, Request to join.

import { button, el } from "../shared/dom.js";

/** The words and keys; `ctx` = {act}. */
export function doorWords(chat, ctx) {
  if (chat.kind === "bot") return [botDoor(chat, ctx)];
  if (chat.state === "member")
    return [
      el("p", {
        text:
          chat.kind === "channel"
            ? "Only admins write in this channel."
            : "You cannot write here now.",
      }),
    ];
  return DOORS[chat.state](chat, ctx);
}

function botDoor(chat, ctx) {
  if (chat.blocked) return big("Unblock", () => ctx.act("unblock", { bot: chat.id }));
  return big("START", () => ctx.act("start", { bot: chat.id, payload: "" }));
}

const DOORS = {
  can_join: (chat, ctx) => [
    big(chat.kind === "channel" ? "Join channel" : "Join group", () => tap(chat, ctx)),
  ],
  can_request: (chat, ctx) => [
    el("p", { text: "This chat is private. An admin or its bot must let you in." }),
    big("Request to join", () => tap(chat, ctx)),
  ],
  requested: (chat, ctx) => [
    el("p", { text: "Your request was sent. You get a message when somebody answers." }),
    button("Cancel request", () => ctx.act("cancel_request", {}), { class: "soft" }),
  ],
  left: (chat, ctx) =>
    chat.invite_link
      ? [el("p", { text: "You left this chat." }), big("Come back", () => tap(chat, ctx))]
      : [el("p", { text: "You left this chat." })],
  removed: () => [el("p", { text: "You were removed from this chat." })],
};

function tap(chat, ctx) {
  return ctx.act("tap_invite", { link: chat.invite_link });
}

function big(text, act) {
  return button(text, act, { class: "big", "data-focus": "door" });
}
