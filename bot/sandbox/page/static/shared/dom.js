// Building and updating the page. Text from views is only ever set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element. Props: `class`, `text`, `on: {click}`, `vars: {"--c": v}`, else attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "text") node.textContent = value;
  else if (name === "on")
    for (const [type, act] of Object.entries(value)) node.addEventListener(type, act);
  else if (name === "vars") for (const [key, v] of Object.entries(value)) setVar(node, key, v);
  else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : value);
}

// By the object model: a policy without 'unsafe-inline' forbids the attribute.
function setVar(node, key, value) {
  if (value !== null && value !== undefined) node.style.setProperty(key, value);
}

/** A button that is no form's submit button. */
export function button(text, act, props = {}) {
  return el("button", { type: "button", text, ...props, on: { click: act } });
}

/** A button that shows only a drawing; `label` is what a screen reader says. */
export function iconButton(name, label, act, props = {}) {
  const node = button("", act, { "aria-label": label, title: label, ...props });
  node.classList.add("icon-button");
  node.append(icon(name));
  return node;
}

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  back: "M15 5l-7 7 7 7",
  menu: "M4 7h16M4 12h16M4 17h16",
  people:
    "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM3 19c0-3 2.6-5 6-5s6 2 6 5M16 5.2a3 3 0 0 1 0 5.6M17.5 14.4c2.1.7 3.5 2.4 3.5 4.6",
  plus: "M12 5v14M5 12h14",
  send: "M4 11.5L20 4l-5 16-3.5-6.5z",
  clip: "M19 11.5l-7.2 7.2a4.6 4.6 0 0 1-6.5-6.5l7.6-7.6a3 3 0 0 1 4.3 4.3l-7.6 7.6a1.5 1.5 0 0 1-2.1-2.1l6.8-6.8",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z",
  open: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  reply: "M10 6L4 12l6 6M4 12h9c4 0 7 2 7 6",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  chevron: "M6 9l6 6 6-6",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.2c1.8 2.4 5.2 2.4 7 0M9 9.5v.01M15 9.5v.01",
};

/** One of our own line drawings, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A round picture: the initial on the person's colour. */
export function avatar(initial, color, size = "") {
  return el("span", {
    class: `avatar ${size}`,
    text: initial,
    "aria-hidden": "true",
    vars: { "--c": color },
  });
}

/** The address if a browser may open it as a page, else null (`javascript:` and the like). */
export function pageUrl(address) {
  try {
    const url = new URL(address, document.baseURI);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link that opens a new tab; plain text if the address is no page. */
export function link(address, text, props = {}) {
  const href = pageUrl(address);
  if (!href) return el("span", { text });
  return el("a", { href, target: "_blank", rel: "noopener", text, ...props });
}

/** Open a page in a new tab; false if the browser refused. */
export function openPage(address) {
  const href = pageUrl(address);
  const opened = href && window.open(href, "_blank");
  if (opened) opened.opener = null;
  return Boolean(opened);
}

/** Replace the children only if `state` differs from the last call: what did not change stays. */
export function fill(node, state, draw) {
  const signature = JSON.stringify(state);
  if (node.shown === signature) return;
  node.shown = signature;
  keepFocus(node, () => node.replaceChildren(...[draw()].flat().filter(Boolean)));
}

/** Bring the children of `parent` in line with `items`, redrawing only those that changed. */
export function keyed(parent, items, keyOf, draw) {
  const before = parent.drawn ?? new Map();
  const after = new Map();
  for (const item of items) {
    const signature = JSON.stringify(item);
    const old = before.get(keyOf(item));
    const same = old?.signature === signature;
    const node = same ? old.node : draw(item);
    if (old && !same) keepFocus(old.node, () => old.node.replaceWith(node), node);
    after.set(keyOf(item), { node, signature });
  }
  for (const [key, { node }] of before) if (!after.has(key)) node.remove();
  let place = null;
  for (const { node } of [...after.values()].reverse()) {
    if (node.parentNode !== parent || node.nextSibling !== place) parent.insertBefore(node, place);
    place = node;
  }
  parent.drawn = after;
}

// A redrawn button keeps the keyboard: the same `data-focus` is found again in what replaced it.
function keepFocus(old, change, now = old) {
  const held = old.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  change();
  if (held) now.querySelector(`[data-focus="${CSS.escape(held)}"]`)?.focus();
}

/** Tell screen readers; `where` is the polite live region of a pane. */
export function announce(where, words) {
  where.append(el("p", { text: words }));
  while (where.children.length > 5) where.firstChild.remove();
}
