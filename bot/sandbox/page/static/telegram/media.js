// Pictures, sound and files in bubbles.

import { el, icon } from "../shared/dom.js";
import { BASE } from "../shared/http.js";
import { bytes, clock, player } from "../shared/sound.js";

/** One medium. Protected messages offer no way to save. */
export function medium(data, kept) {
  const src = new URL(`telegram/${data.url}`, BASE).href;
  return (KINDS[data.kind] ?? document_)(data, src, kept);
}

const KINDS = {
  photo(data, src, kept) {
    const image = el("img", {
      src,
      alt: data.title || data.name || "Photo",
      loading: "lazy",
      width: data.width || null,
      height: data.height || null,
    });
    if (data.spoiler) return hidden(image);
    return kept
      ? el("span", { class: "photo" }, image)
      : el("a", { class: "photo", href: src, target: "_blank", rel: "noopener" }, image);
  },
  audio: (data, src) =>
    player({
      src,
      title: data.title || data.name,
      note: [data.performer, data.duration ? clock(data.duration) : bytes(data.size)]
        .filter(Boolean)
        .join(" • "),
      seconds: data.duration,
      shape: "round",
    }),
  voice: (data, src) =>
    player({ src, title: "Voice message", seconds: data.duration, shape: "round voice" }),
  video: (data, src) =>
    el("video", { src, controls: true, preload: "metadata", "aria-label": data.name || "Video" }),
  animation: (data, src) =>
    el("video", {
      src,
      controls: true,
      loop: true,
      muted: true,
      preload: "metadata",
      "aria-label": data.name || "Animation",
    }),
};

function hidden(image) {
  const node = el("button", {
    type: "button",
    class: "photo covered",
    "aria-label": "Hidden photo, press to show",
    on: { click: () => node.replaceWith(el("span", { class: "photo" }, image)) },
  });
  return node;
}

function document_(data, src, kept) {
  const name = kept
    ? el("b", { text: data.name })
    : el("a", {
        href: src,
        target: "_blank",
        rel: "noopener",
        download: data.name,
        text: data.name,
      });
  return el(
    "div",
    { class: "document" },
    el("span", { class: "document-mark" }, icon("file")),
    el("span", { class: "document-words" }, name, el("small", { text: bytes(data.size) })),
  );
}
