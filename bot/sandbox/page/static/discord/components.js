// Buttons, selects and laid-out content that the bot attached; Discord's numbers in "type".

import { button, el, icon, pageUrl } from "../shared/dom.js";
import { fileCard, picture } from "./content.js";
import { markdown } from "./markdown.js";
import { choices, select } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };
const SELECTS = [3, 5, 6, 7, 8];

/** One component of a message; null for kinds we do not draw. `ctx` = {act, view, message}. */
export function component(data, ctx) {
  if (SELECTS.includes(data.type))
    return select(data, choices(data, ctx.view()), (values) =>
      ctx.act("select", { message: ctx.message.id, custom_id: data.custom_id, values }),
    );
  return KINDS[data.type]?.(data, ctx) ?? null;
}

const KINDS = {
  1: (data, ctx) => el("div", { class: "row" }, ...all(data.components, ctx)),
  2: (data, ctx) => (data.style === 5 ? linkButton(data) : pressButton(data, ctx)),
  9: (data, ctx) =>
    el(
      "div",
      { class: "section" },
      el("div", {}, ...all(data.components, ctx)),
      component(data.accessory, ctx),
    ),
  10: (data, ctx) => markdown(data.content, ctx.message.mentions),
  11: (data) => picture({ url: data.media.url, description: data.description, thumb: true }),
  12: (data) =>
    el(
      "div",
      { class: "gallery" },
      ...data.items.map((item) => picture({ url: item.media.url, description: item.description })),
    ),
  13: (data) => fileCard(data.file.url, data.name ?? "File", data.size),
  14: (data) => el("hr", { class: data.divider === false ? "gap" : "" }),
  17: (data, ctx) =>
    el(
      "div",
      { class: "embed container", vars: { "--edge": edge(data.accent_color) } },
      el("div", { class: "embed-body" }, ...all(data.components, ctx)),
    ),
};

const all = (list, ctx) => list.map((data) => component(data, ctx));
const edge = (color) => (color ? `#${color.toString(16).padStart(6, "0")}` : null);
const words = (data) => [data.emoji?.name, data.label].filter(Boolean).join(" ");

function linkButton(data) {
  const href = pageUrl(data.url);
  const node = el("a", {
    class: "d-button secondary",
    href,
    target: "_blank",
    rel: "noopener",
    text: words(data),
  });
  node.append(icon("open"), el("span", { class: "quiet-read", text: "(opens a new tab)" }));
  return node;
}

function pressButton(data, ctx) {
  const node = button(words(data), press, {
    class: `d-button ${STYLES[data.style] ?? "secondary"}`,
    disabled: data.disabled,
    "data-focus": data.custom_id,
  });
  async function press() {
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    await ctx.act("press", { message: ctx.message.id, custom_id: data.custom_id });
    node.removeAttribute("aria-busy");
  }
  return node;
}
