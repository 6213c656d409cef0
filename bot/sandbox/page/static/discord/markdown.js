// Discord's markdown as elements. Labels may carry markup: everything ends as text.

import { button, el, link } from "../shared/dom.js";
import { discordTime, fullTime } from "../shared/times.js";

const MARKS = [
  [/\\([!-/:-@[-`{-~])/y, ([, char]) => char],
  [/``(.+?)``|`([^`\n]+)`/y, ([, a, b]) => el("code", { text: a ?? b })],
  [
    /\*\*\*(.+?)\*\*\*(?!\*)/y,
    ([, text], names) => el("strong", {}, el("em", {}, ...inline(text, names))),
  ],
  [/\*\*(.+?)\*\*(?!\*)/y, wrap("strong")],
  [/__(.+?)__(?!_)/y, wrap("u")],
  [/~~(.+?)~~/y, wrap("s")],
  [/\|\|(.+?)\|\|/y, ([, text], names) => spoiler(text, names)],
  [/\*(?=\S)(.+?)\*(?!\*)/y, wrap("em")],
  [/(?<!\w)_(?=\S)(.+?)_(?!\w)/y, wrap("em")],
  [/\[([^\]\n]+)\]\(<?(https?:\/\/[^)\s>]+)>?\)/y, ([, text, url]) => link(url, text)],
  [/<(https?:\/\/[^>\s]+)>/y, ([, url]) => link(url, url)],
  [/<@!?(\d+)>/y, ([, id], names) => mention(`@${names.users?.[id] ?? "somebody"}`)],
  [/<@&(\d+)>/y, ([, id], names) => mention(`@${names.roles?.[id] ?? "a role"}`)],
  [/<#(\d+)>/y, ([, id], names) => channel(id, names)],
  [/<\/([^:>]+):\d+>/y, ([, name]) => mention(`/${name}`)],
  [/<a?:(\w+):\d+>/y, ([, name]) => `:${name}:`],
  [/<t:(-?\d{1,12})(?::([tTdDfFR]))?>/y, ([, unix, style]) => moment(Number(unix), style)],
  [/@(?:everyone|here)\b/y, ([text]) => mention(text)],
  [/https?:\/\/[^\s<>]*[^\s<>.,:;"'\])]/y, ([url]) => link(url, url)],
];

function wrap(tag) {
  return ([, text], names) => el(tag, {}, ...inline(text, names));
}

function mention(text) {
  return el("span", { class: "mention", text });
}

function channel(id, names) {
  const text = `#${names.channels?.[id] ?? "unknown"}`;
  return button(
    text,
    (event) => event.target.dispatchEvent(new CustomEvent("go", { bubbles: true, detail: id })),
    { class: "mention" },
  );
}

function moment(unix, style) {
  const date = new Date(unix * 1000);
  const props = {
    class: "moment",
    datetime: date.toISOString(),
    title: fullTime(date),
    text: discordTime(date, style),
  };
  return el("time", style === "R" ? { ...props, "data-relative": true } : props);
}

function spoiler(text, names) {
  const node = button(
    "",
    () => {
      node.classList.add("shown");
      node.removeAttribute("aria-label");
    },
    { class: "spoiler", "aria-label": "Hidden text, press to show" },
  );
  node.append(el("span", {}, ...inline(text, names)));
  return node;
}

/** The marks within one line, as nodes and strings. */
export function inline(text, names = {}) {
  const out = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const found = markAt(text, at);
    if (found) {
      if (plain) out.push(plain);
      plain = "";
      out.push(found.draw(found.match, names));
      at += found.match[0].length;
    } else plain += text[at++];
  }
  if (plain) out.push(plain);
  return out;
}

function markAt(text, at) {
  for (const [pattern, draw] of MARKS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { match, draw };
  }
  return null;
}

const LINES = [
  [
    /^(#{1,3}) +(.+)$/,
    ([, hashes, text], names) =>
      el(
        "div",
        { class: `h h${hashes.length}`, role: "heading", "aria-level": String(hashes.length + 3) },
        ...inline(text, names),
      ),
  ],
  [/^-# +(.+)$/, ([, text], names) => el("div", { class: "subtext" }, ...inline(text, names))],
  [/^> ?(.*)$/, ([, text], names) => el("blockquote", {}, ...inline(text, names))],
  [/^( *)[-*] +(.+)$/, ([, indent, text], names) => item("•", indent, text, names)],
  [
    /^( *)(\d+)\. +(.+)$/,
    ([, indent, number, text], names) => item(`${number}.`, indent, text, names),
  ],
];

function item(sign, indent, text, names) {
  return el(
    "div",
    { class: indent ? "item deep" : "item" },
    el("span", { class: "sign", text: sign }),
    el("span", {}, ...inline(text, names)),
  );
}

function line(text, names) {
  for (const [pattern, draw] of LINES) {
    const match = pattern.exec(text);
    if (match) return draw(match, names);
  }
  return text.trim() ? el("div", {}, ...inline(text, names)) : el("div", { class: "gap" });
}

/** A whole text as one element. `names` are a message's "mentions". */
export function markdown(text, names = {}) {
  const parts = text.split(/```(?:[a-z0-9+-]*\n)?([\s\S]*?)```/i);
  const blocks = parts.flatMap((part, index) =>
    index % 2 ? [el("pre", { text: part.replace(/\n$/, "") })] : lines(part, names),
  );
  return el("div", { class: "md" }, ...blocks);
}

function lines(part, names) {
  if (!part) return [];
  return part
    .replace(/^\n|\n$/g, "")
    .split("\n")
    .map((text) => line(text, names));
}

/** The words without marks, for screen readers' news. */
export function plain(text, names = {}) {
  return markdown(text, names).textContent;
}
