// The foot of a chat: the text box; or START, Join, Request to join, and what else stands there.

import { button, el, fill, iconButton } from "../shared/dom.js";
import { bytes } from "../shared/sound.js";
import { follow, replyKeyboard } from "./keyboards.js";

/** `ctx` = {act, chat, open, toast, offer}. */
export function composer(ctx) {
  const state = { reply: null, file: null };
  const input = el("textarea", { class: "input", rows: "1", "aria-label": "Message", autocomplete: "off" });
  const picker = el("input", { type: "file", hidden: true });
  const clip = iconButton("clip", "Attach a file", () => picker.click());
  const sendButton = iconButton("send", "Send", send);
  const menuButton = el("div", { class: "menu-slot" });
  const extras = el("div", { class: "extras" });
  const commands = el("div", { class: "command-list", role: "group", "aria-label": "Commands", hidden: true });
  const keys = el("div");
  const box = el("div", { class: "input-box" }, menuButton, clip, picker, input, sendButton);
  const door = el("div", { class: "door" });
  const node = el("div", { class: "composer" }, commands, extras, box, keys, door);

  async function send() {
    const text = input.value.trim();
    if (!text && !state.file) return;
    const done = state.file ? await sendFile(text) : await ctx.act("send", { text, reply_to: state.reply?.id ?? ctx.chat().reply_to });
    if (done) reset();
  }

  function sendFile(caption) {
    const { type, name } = state.file;
    const [kind] = Object.entries({ send_audio: "audio/", send_photo: "image/" }).find(([, start]) => type.startsWith(start)) ?? ["send_document"];
    const title = kind === "send_audio" ? name.replace(/\.[^.]+$/, "") : undefined;
    return ctx.act(kind, { caption, title }, [state.file]);
  }

  function reset() {
    input.value = "";
    Object.assign(state, { reply: null, file: null });
    showCommands("");
    drawExtras();
    input.style.height = "auto";
  }

  function drawExtras() {
    const reply = state.reply ? chip(`Reply to ${state.reply.from.name}`, "Do not reply", () => { state.reply = null; drawExtras(); }) : null;
    const file = state.file ? chip(`${state.file.name} (${bytes(state.file.size)})`, "Remove the file", () => { state.file = null; drawExtras(); }) : null;
    extras.replaceChildren(...[reply, file].filter(Boolean));
  }

  function showCommands(text) {
    const typed = text.startsWith("/") ? text.slice(1).toLowerCase() : null;
    const found = typed === null ? [] : ctx.chat().commands.filter(({ command }) => command.startsWith(typed));
    commands.hidden = !found.length;
    commands.replaceChildren(...found.map(({ command, description }) => {
      const row = button("", () => { ctx.act("send", { text: `/${command}` }).then(reset); }, { class: "command" });
      row.append(el("b", { text: `/${command}` }), el("span", { text: description }));
      return row;
    }));
  }

  input.addEventListener("input", () => { showCommands(input.value); input.style.height = "auto"; input.style.height = `${Math.min(input.scrollHeight, 140)}px`; });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Escape") { showCommands(""); state.reply = null; drawExtras(); }
    if (event.key === "ArrowUp" && !commands.hidden) { event.preventDefault(); commands.lastElementChild.focus(); }
  });
  picker.addEventListener("change", () => { [state.file] = picker.files; picker.value = ""; drawExtras(); input.focus(); });

  return {
    node,
    reset,
    reply(message) { state.reply = message; drawExtras(); input.focus(); },
    show(chat) {
      const writes = chat.state === "member" && chat.started && !chat.blocked && chat.may_write;
      box.hidden = extras.hidden = !writes;
      input.placeholder = chat.placeholder;
      fill(menuButton, [chat.id, chat.menu_button, chat.commands.length], () => menuKey(chat, ctx, input, showCommands));
      fill(keys, writes ? [chat.id, chat.keyboard] : null, () => (writes && chat.keyboard ? [replyKeyboard(chat.keyboard, ctx)] : []));
      fill(door, writes ? null : [chat.id, chat.state, chat.started, chat.blocked, chat.may_write], () => (writes ? [] : doorWords(chat, ctx)));
    },
  };
}

function chip(text, label, remove) {
  return el("span", { class: "chip" }, el("span", { class: "cut", text }), iconButton("close", label, remove));
}

function menuKey(chat, ctx, input, showCommands) {
  if (chat.menu_button) return [button(chat.menu_button.text, async () => { const said = await ctx.act("menu", { bot: chat.id }); if (said) follow(said, ctx); }, { class: "menu-key" })];
  if (!chat.commands.length) return [];
  return [iconButton("menu", "Commands", () => { input.focus(); showCommands("/"); }, { class: "menu-key" })];
}

function doorWords(chat, ctx) {
  if (chat.kind === "bot") return [botDoor(chat, ctx)];
  if (chat.state === "member") return [el("p", { text: chat.kind === "channel" ? "Only admins write in this channel." : "You cannot write here now." })];
  return DOORS[chat.state](chat, ctx);
}

function botDoor(chat, ctx) {
  if (chat.blocked) return big("Unblock", () => ctx.act("unblock", { bot: chat.id }));
  return big("START", () => ctx.act("start", { bot: chat.id, payload: "" }));
}

const DOORS = {
  can_join: (chat, ctx) => [big(chat.kind === "channel" ? "Join channel" : "Join group", () => tap(chat, ctx))],
  can_request: (chat, ctx) => [el("p", { text: "This chat is private. An admin or its bot must let you in." }), big("Request to join", () => tap(chat, ctx))],
  requested: (chat, ctx) => [el("p", { text: "Your request was sent. You get a message when somebody answers." }), button("Cancel request", () => ctx.act("cancel_request", {}), { class: "soft" })],
  left: (chat, ctx) => (chat.invite_link ? [el("p", { text: "You left this chat." }), big("Come back", () => tap(chat, ctx))] : [el("p", { text: "You left this chat." })]),
  removed: () => [el("p", { text: "You were removed from this chat." })],
};

function tap(chat, ctx) {
  return ctx.act("tap_invite", { link: chat.invite_link });
}

function big(text, act) {
  return button(text, act, { class: "big", "data-focus": "door" });
}
