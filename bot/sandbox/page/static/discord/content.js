// What a message carries beside its text: embeds, pictures, sound, files, reactions.

import { button, el, icon, link, pageUrl } from "../shared/dom.js";
import { bytes, player } from "../shared/sound.js";
import { inline, markdown } from "./markdown.js";

const number = (color) =>
  color === null || color === undefined ? null : `#${color.toString(16).padStart(6, "0")}`;

export function embed(data, names) {
  const body = [
    data.author
      ? el("div", { class: "embed-author" }, link(data.author.url ?? "", data.author.name))
      : null,
    data.title
      ? el(
          "div",
          { class: "embed-title" },
          data.url ? link(data.url, data.title) : el("span", {}, ...inline(data.title, names)),
        )
      : null,
    data.description ? markdown(data.description, names) : null,
    data.fields?.length
      ? el("dl", { class: "embed-fields" }, ...data.fields.map((field) => embedField(field, names)))
      : null,
    data.image
      ? picture({
          url: data.image.url,
          description: data.image.description ?? data.title,
          width: data.image.width,
          height: data.image.height,
        })
      : null,
    data.footer || data.timestamp ? el("div", { class: "embed-footer", text: footer(data) }) : null,
  ];
  const thumb = data.thumbnail ? picture({ ...data.thumbnail, thumb: true }) : null;
  return el(
    "article",
    { class: "embed", vars: { "--edge": number(data.color) } },
    el("div", { class: "embed-body" }, ...body),
    thumb,
  );
}

function embedField(field, names) {
  return el(
    "div",
    { class: field.inline ? "field inline" : "field" },
    el("dt", {}, ...inline(field.name, names)),
    el("dd", {}, markdown(field.value, names)),
  );
}

function footer(data) {
  const time = data.timestamp
    ? new Date(data.timestamp).toLocaleString(undefined, {
        dateStyle: "medium",
        timeStyle: "short",
      })
    : "";
  return [data.footer?.text, time].filter(Boolean).join(" • ");
}

/** A picture that opens in full in a new tab; its alternative text is always there. */
export function picture({ url, description, width, height, thumb }) {
  const src = pageUrl(url);
  if (!src) return null;
  const alt = description || "Picture without a description";
  const image = el("img", { src, alt, loading: "lazy", width, height });
  return el(
    "a",
    { class: thumb ? "picture thumb" : "picture", href: src, target: "_blank", rel: "noopener" },
    image,
  );
}

export function attachment(file) {
  const type = file.content_type ?? "";
  if (type.startsWith("image/")) return picture(file);
  if (type.startsWith("audio/"))
    return player({
      src: pageUrl(file.url),
      title: file.description || file.filename,
      note: bytes(file.size),
      shape: "card",
    });
  return fileCard(file.url, file.filename, file.size);
}

/** A file to take away. */
export function fileCard(url, name, size) {
  return el(
    "div",
    { class: "file" },
    icon("file"),
    el("span", {}, link(url, name), size ? el("small", { text: bytes(size) }) : null),
  );
}

export function reactions(message, act) {
  if (!message.reactions.length) return null;
  return el(
    "div",
    { class: "reactions" },
    ...message.reactions.map(({ emoji, count, me }) =>
      button(`${emoji} ${count}`, () => act("react", { message: message.id, emoji }), {
        class: "reaction",
        "aria-pressed": String(me),
        "aria-label": `${emoji}, ${count} ${count === 1 ? "person" : "people"}`,
        "data-focus": `react-${emoji}`,
      }),
    ),
  );
}
