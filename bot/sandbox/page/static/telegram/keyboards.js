// Keys under a message, and the reply keyboard under the text box.

import { button, el, icon, openPage } from "../shared/dom.js";
import { insideChats } from "./text.js";

const MARKS = { url: "open", web_app: "open", copy: "file" };

/** The keys of one message; while the bot has not answered, the pressed one is busy. */
export function inlineKeyboard(message, waiting, ctx) {
  const rows = message.buttons.map((keys, row) =>
    el(
      "div",
      { class: "keys" },
      ...keys.map((key, column) => inlineKey(message, key, { row, column }, { waiting, ctx })),
    ),
  );
  return el("div", { class: "inline-keyboard" }, ...rows);
}

function inlineKey(message, key, place, { waiting, ctx }) {
  const name = `${message.id} ${place.row} ${place.column}`;
  const node = button(key.text, press, { class: `key ${key.style ?? ""}`, "data-focus": name });
  if (waiting && ctx.pressed === name) node.setAttribute("aria-busy", "true");
  if (key.kind in MARKS) node.append(icon(MARKS[key.kind]));
  async function press() {
    ctx.pressed = name;
    const said = await ctx.act("press", { message: message.id, ...place });
    if (said) follow(said, ctx);
  }
  return node;
}

/** Do what a pressed key asks of the application: open a page, follow a link, copy. */
export function follow(said, ctx) {
  if (said.result === "copy")
    navigator.clipboard.writeText(said.value).then(
      () => ctx.toast(`Copied: ${said.value}`),
      () => ctx.toast(said.value),
    );
  if (said.result === "url" && insideChats(said.value)) ctx.open(said.value);
  else if (said.result === "url" || said.result === "web_app") visit(said.value, ctx);
}

// A browser may refuse a tab that opens after a wait; then the link itself is offered.
function visit(address, ctx) {
  if (!openPage(address)) ctx.offer(address);
}

/** The bot's keys in place of the letters. */
export function replyKeyboard(keyboard, ctx) {
  const press = async (label) => {
    const said = await ctx.act("key", { label });
    if (said) follow(said, ctx);
  };
  return el(
    "div",
    { class: "reply-keyboard", role: "group", "aria-label": "Keyboard of the bot" },
    ...keyboard.map((keys) =>
      el(
        "div",
        { class: "keys" },
        ...keys.map((key) =>
          button(key.text, () => press(key.text), {
            class: "key",
            "data-focus": `key ${key.text}`,
          }),
        ),
      ),
    ),
  );
}
