// The text box: writing, attaching files, "/" for commands, replying.

import { el, iconButton } from "../shared/dom.js";
import { bytes } from "../shared/sound.js";
import { commandForm, commandList } from "./commands.js";

/** `ctx` = {act, view, channel}. */
export function composer(ctx) {
  const state = { files: [], reply: null };
  const input = el("textarea", { class: "input", rows: "1", "aria-label": "Message", autocomplete: "off", "aria-controls": "d-commands", "aria-autocomplete": "list" });
  const picker = el("input", { type: "file", multiple: true, hidden: true });
  const clip = iconButton("plus", "Attach files", () => picker.click());
  const sendButton = iconButton("send", "Send", send);
  const extras = el("div", { class: "extras" });
  const list = commandList((command) => startCommand(command));
  const form = el("div", { class: "command-slot" });
  const box = el("div", { class: "input-box" }, clip, picker, input, sendButton);
  const node = el("div", { class: "composer" }, list.node, form, extras, box);

  function startCommand(command) {
    input.value = "";
    list.show(null);
    const stop = () => { form.replaceChildren(); box.hidden = false; input.focus(); };
    if (!command.options.length) return void ctx.act("command", { channel: ctx.channel(), name: command.name, options: {} }).then(() => input.focus());
    box.hidden = true;
    form.replaceChildren(commandForm(command, ctx, stop));
    form.querySelector(".command-field :is(input, select)")?.focus();
    return undefined;
  }

  async function send() {
    const text = input.value.trim();
    const { files, reply } = state;
    if (!text && !files.length) return;
    const done = await ctx.act("send", { channel: ctx.channel(), text, reply_to: reply?.id }, files);
    if (!done) return; // what was typed stays for another try
    input.value = "";
    Object.assign(state, { files: [], reply: null });
    drawExtras();
    grow(input);
  }

  function drawExtras() {
    const chips = state.files.map((file, index) => el("span", { class: "chip" }, el("span", { text: `${file.name} (${bytes(file.size)})` }), iconButton("close", `Remove ${file.name}`, () => { state.files.splice(index, 1); drawExtras(); })));
    const reply = state.reply ? el("span", { class: "chip" }, el("span", { text: `Replying to ${state.reply.author.name}` }), iconButton("close", "Do not reply", () => { state.reply = null; drawExtras(); })) : null;
    extras.replaceChildren(...[reply, ...chips].filter(Boolean));
  }

  input.addEventListener("input", () => { grow(input); list.show(input.value, ctx.view().commands); });
  input.addEventListener("keydown", (event) => {
    if (list.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Escape" && state.reply) { state.reply = null; drawExtras(); }
  });
  picker.addEventListener("change", () => { state.files.push(...picker.files); picker.value = ""; drawExtras(); input.focus(); });

  return {
    node,
    reply(message) { state.reply = message; drawExtras(); input.focus(); },
    show(channel) {
      input.placeholder = channel.can_write ? channel.hint : "You cannot write in this channel";
      for (const control of [input, clip, sendButton]) control.disabled = !channel.can_write;
    },
    reset() { input.value = ""; form.replaceChildren(); box.hidden = false; list.show(null); Object.assign(state, { files: [], reply: null }); drawExtras(); },
  };
}

function grow(input) {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 160)}px`;
}
