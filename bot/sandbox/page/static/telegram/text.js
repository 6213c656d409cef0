// A message's text: segments with styles, links and commands, set as text only.

import { button, el, link } from "../shared/dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

/** One element; `ctx.open(url)` follows links within the chats, `ctx.say(text)` sends a command. */
export function styledText(segments, ctx) {
  return el("div", { class: "text" }, ...segments.map((segment) => draw(segment, ctx)));
}

function draw(segment, ctx) {
  const { styles } = segment;
  if (styles.includes("spoiler")) return hidden(segment, ctx);
  let node = innermost(segment, ctx);
  for (const style of styles) if (TAGS[style]) node = el(TAGS[style], {}, node);
  return node;
}

function innermost(segment, ctx) {
  if (segment.command)
    return button(segment.text, () => ctx.say(segment.command), { class: "inline-link" });
  if (!segment.url) return segment.text;
  if (insideChats(segment.url))
    return button(segment.text, () => ctx.open(segment.url), { class: "inline-link" });
  return link(segment.url, segment.text);
}

function hidden(segment, ctx) {
  const rest = { ...segment, styles: segment.styles.filter((style) => style !== "spoiler") };
  const node = el(
    "button",
    {
      type: "button",
      class: "spoiler",
      "aria-label": "Hidden text, press to show",
      on: {
        click: () => {
          node.classList.add("shown");
          node.removeAttribute("aria-label");
        },
      },
    },
    el("span", {}, draw(rest, ctx)),
  );
  return node;
}

/** Whether a link leads to a chat, not to a page. */
export function insideChats(url) {
  return /^(https?:\/\/)?t\.me\//i.test(url) || url.startsWith("tg://");
}

export function plain(message) {
  return message.service ?? message.text.map((segment) => segment.text).join("");
}
