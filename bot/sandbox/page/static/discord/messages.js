// The messages of one channel: grouped by author, with day lines, replies and private notes.

import { button, el, icon, keyed } from "../shared/dom.js";
import { bareTime, fullTime, longDay, shortTime } from "../shared/times.js";
import { attachment, embed, reactions } from "./content.js";
import { component } from "./components.js";
import { markdown, plain } from "./markdown.js";
import { name } from "./members.js";
import { face } from "./side.js";

const GROUP_MINUTES = 7;

/** Bring `list` in line with the messages of a channel. */
export function drawMessages(list, messages, ctx) {
  keyed(
    list,
    rows(messages),
    (row) => row.key,
    (row) => (row.day ? dayLine(row) : message(row, ctx)),
  );
}

function rows(messages) {
  const byId = new Map(messages.map((one) => [one.id, one]));
  const out = [];
  let before = null;
  for (const one of messages) {
    const date = new Date(one.timestamp);
    const day = longDay(date);
    const newDay = !before || longDay(new Date(before.timestamp)) !== day;
    if (newDay) out.push({ key: `day ${day}`, day });
    out.push({
      key: one.id,
      message: one,
      compact: !newDay && follows(one, before),
      answered: quote(byId.get(one.reply_to)),
    });
    before = one;
  }
  return out;
}

function follows(one, before) {
  const minutes = (new Date(one.timestamp) - new Date(before.timestamp)) / 60000;
  return (
    one.author.id === before.author.id &&
    minutes < GROUP_MINUTES &&
    !one.used &&
    !one.reply_to &&
    one.ephemeral === before.ephemeral
  );
}

function quote(one) {
  return one ? { author: one.author, text: plain(one.content, one.mentions).slice(0, 90) } : null;
}

function dayLine({ day }) {
  return el("li", { class: "day" }, el("span", { text: day }));
}

function message({ message: one, compact, answered }, ctx) {
  const marks = {
    compact,
    ephemeral: one.ephemeral,
    mentioned: one.mentions_me,
  };
  const classes = ["message", ...Object.keys(marks).filter((mark) => marks[mark])].join(" ");
  const picture = compact ? gutter(one) : face(one.author);
  return el(
    "li",
    { class: classes, "data-id": one.id },
    above(one, answered),
    el("div", { class: "message-row" }, picture, body(one, compact, ctx)),
    one.pending || one.ephemeral ? null : tools(one, ctx),
  );
}

function gutter(one) {
  const text = bareTime(new Date(one.timestamp));
  return el("span", { class: "gutter", text, "aria-hidden": "true" });
}

function body(one, compact, ctx) {
  const own = { ...ctx, message: one };
  return el(
    "div",
    { class: "body" },
    compact ? null : heading(one),
    content(one),
    ...one.embeds.map((data) => embed(data, one.mentions)),
    ...one.attachments.map(attachment),
    ...one.components.map((data) => component(data, own)),
    reactions(one, ctx.act),
    one.failed ? el("p", { class: "failed", text: one.failed }) : null,
    one.ephemeral ? privateNote(one, ctx) : null,
  );
}

function above(one, answered) {
  if (one.used)
    return el(
      "div",
      { class: "above" },
      face(one.used.by, "tiny"),
      name(one.used.by),
      el("span", { text: ` used /${one.used.command}` }),
    );
  if (answered)
    return el(
      "div",
      { class: "above" },
      icon("reply"),
      face(answered.author, "tiny"),
      name(answered.author),
      el("span", { class: "cut", text: answered.text }),
    );
  return null;
}

function heading(one) {
  const date = new Date(one.timestamp);
  return el(
    "div",
    { class: "heading" },
    name(one.author),
    one.author.bot ? el("span", { class: "app", text: "APP" }) : null,
    el("time", { datetime: one.timestamp, title: fullTime(date), text: shortTime(date) }),
    one.pinned ? el("span", { class: "pinned", title: "Pinned" }, icon("pin")) : null,
  );
}

function content(one) {
  if (one.pending)
    return el(
      "div",
      { class: "thinking", role: "status" },
      el("i"),
      el("i"),
      el("i"),
      el("span", { text: `${one.author.name} is thinking…` }),
    );
  if (!one.content) return null;
  const node = markdown(one.content, one.mentions);
  if (one.edited) node.lastElementChild?.append(el("span", { class: "edited", text: " (edited)" }));
  return node;
}

function privateNote(one, ctx) {
  return el(
    "p",
    { class: "private" },
    icon("eye"),
    el("span", { text: "Only you can see this" }),
    el("span", { text: "•", "aria-hidden": "true" }),
    button("Dismiss message", () => ctx.act("dismiss", { message: one.id }), {
      class: "text-button",
      "data-focus": "dismiss",
    }),
  );
}

function tools(one, ctx) {
  const by = one.author.name;
  const like = () => ctx.act("react", { message: one.id, emoji: "👍" });
  return el(
    "div",
    { class: "tools" },
    tool("smile", `Like the message of ${by}`, like),
    tool("reply", `Reply to ${by}`, () => ctx.reply(one)),
  );
}

function tool(drawing, label, act) {
  const node = button("", act, { class: "tool", "aria-label": label, title: label });
  node.append(icon(drawing));
  return node;
}
