// The few things that our pages do with elements. Text is set as text and never as markup.

export const part = (id) => document.getElementById(id);

export function el(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

export function say(box, kind, text, { code = "", button = null } = {}) {
  const line = el("p", {}, text);
  if (code) line.append(" ", el("code", { className: "code", textContent: code }));
  box.dataset.kind = kind;
  box.replaceChildren(line, ...(button ? [el("div", { className: "actions" }, button)] : []));
}

export function hush(box) {
  box.replaceChildren();
}

export async function copyText(button, text) {
  const before = button.dataset.label ??= button.textContent;
  const unable = text.length < 100 ? text : "Please select it and copy";
  const done = await navigator.clipboard.writeText(text).then(() => "Copied", () => unable);
  button.textContent = done;
  setTimeout(() => { button.textContent = before; }, 4000);
}
