// The messages of one chat as bubbles, with inline keyboards under them.

import { avatar, el, icon, keyed, link, button } from "../shared/dom.js";
import { fullTime, longDay, shortTime } from "../shared/times.js";
import { inlineKeyboard } from "./keyboards.js";
import { initial } from "./chats.js";
import { medium } from "./media.js";
import { insideChats, styledText } from "./text.js";

/** Bring `list` in line. `ctx` = {act, open, say, reply, chat, answer}. */
export function drawBubbles(list, messages, ctx) {
  const group = ctx.chat().kind === "group";
  const rows = rowsOf(albums(messages), group, answerHere(ctx));
  keyed(
    list,
    rows,
    (row) => row.key,
    (row) => (row.day ? dayLine(row.day) : bubble(row, ctx)),
  );
}

function answerHere(ctx) {
  const answer = ctx.answer();
  return answer?.chat === ctx.chat().id ? answer : null;
}

// Messages of one album are one bubble: the first, with all media and the one caption.
function albums(messages) {
  const out = [];
  for (const one of messages) {
    const before = out.at(-1);
    if (one.album && before?.album === one.album)
      out[out.length - 1] = {
        ...before,
        media: [...before.media, ...one.media],
        text: before.text.length ? before.text : one.text,
      };
    else out.push(one);
  }
  return out;
}

function rowsOf(messages, group, answer) {
  const out = [];
  messages.forEach((one, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    const day = longDay(new Date(one.date * 1000));
    if (!before || longDay(new Date(before.date * 1000)) !== day)
      out.push({ key: `day ${day}`, day });
    const waiting = answer?.pending && answer.message === one.id;
    out.push({
      key: `m${one.id}`,
      one,
      group,
      waiting,
      first: !together(before, one),
      last: !together(one, after),
    });
  });
  return out;
}

function together(one, other) {
  return Boolean(
    one &&
    other &&
    !one.service &&
    !other.service &&
    one.from.id === other.from.id &&
    other.date - one.date < 600,
  );
}

function dayLine(day) {
  return el("li", { class: "service" }, el("span", { text: day }));
}

function bubble(row, ctx) {
  const { one, group, last } = row;
  if (one.service) return el("li", { class: "service" }, el("span", { text: one.service }));
  const keyboard = one.buttons.length ? inlineKeyboard(one, row.waiting, ctx) : null;
  const line = el("div", { class: "bubble-row" }, body(row, ctx), replyKey(one, ctx));
  return el(
    "li",
    { class: `line${one.mine ? " mine" : ""}${last ? " last" : ""}`, "data-id": String(one.id) },
    group && !one.mine ? face(one.from, last) : null,
    el("div", { class: "stack" }, line, keyboard),
  );
}

function body({ one, group, first }, ctx) {
  const photo = one.media.length > 0 && one.media.every((data) => data.kind === "photo");
  const classes = ["bubble", photo ? "with-photo" : "", one.text.length ? "" : "wordless"];
  return el(
    "div",
    { class: classes.join(" ") },
    group && !one.mine && first ? sender(one.from) : null,
    one.forwarded_from ? forwarded(one.forwarded_from) : null,
    one.reply_to ? quote(one.reply_to) : null,
    one.media.length ? media(one) : null,
    one.text.length ? styledText(one.text, ctx) : null,
    one.preview ? preview(one.preview, ctx) : null,
    reactions(one, ctx),
    stamp(one),
  );
}

function media({ media: list, protected: kept }) {
  const columns = `media n${Math.min(list.length, 4)}`;
  return el("div", { class: columns }, ...list.map((data) => medium(data, kept)));
}

// The sender's picture stands beside the last of several messages in a row.
function face(from, last) {
  const picture = last ? avatar(initial(from.name), from.color, "small") : null;
  return el("span", { class: "face" }, picture);
}

function forwarded(from) {
  return el("p", { class: "forwarded", text: `Forwarded from ${from}` });
}

function replyKey(one, ctx) {
  if (!ctx.chat().may_write) return null;
  const label = `Reply to ${one.from.name}`;
  const about = { class: "bubble-tool", "aria-label": label, title: "Reply" };
  const node = button("", () => ctx.reply(one), about);
  node.append(icon("reply"));
  return node;
}

function sender(from) {
  return el(
    "p",
    { class: "from" },
    el("b", { text: from.name, vars: { "--c": from.color } }),
    from.tag ? el("span", { class: "tag", text: from.tag }) : null,
  );
}

function quote(reply) {
  return el(
    "div",
    { class: "quote" },
    el("b", { text: reply.name }),
    el("span", { class: "cut", text: reply.text }),
  );
}

function preview(url, ctx) {
  const host = hostOf(url);
  return insideChats(url)
    ? button(`Open ${host}`, () => ctx.open(url), { class: "preview" })
    : link(url, host, { class: "preview" });
}

function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

function stamp(one) {
  const date = new Date(one.date * 1000);
  return el(
    "span",
    { class: "stamp" },
    one.edited ? "edited " : "",
    el("time", { datetime: date.toISOString(), title: fullTime(date), text: shortTime(date) }),
    one.mine ? icon("check") : null,
  );
}

function reactions(one, ctx) {
  if (!one.reactions.length) return null;
  return el(
    "div",
    { class: "reactions" },
    ...one.reactions.map(({ emoji, count, mine }) =>
      button(
        `${emoji} ${count}`,
        () => ctx.act("react", { message: one.id, emoji: mine ? "" : emoji }),
        { class: "reaction", "aria-pressed": String(mine) },
      ),
    ),
  );
}
