// A button that opens a small panel under it. Escape or a click elsewhere closes it.

import { el } from "../shared/dom.js";

/** `{node, panel, close}`; `onOpen` runs each time before the panel shows. */
export function menu(trigger, label, onOpen = () => {}) {
  const panel = el("div", { class: "panel", role: "group", "aria-label": label, hidden: true });
  const node = el("div", { class: "menu" }, trigger, panel);
  trigger.setAttribute("aria-expanded", "false");

  const outside = (event) => {
    if (!node.contains(event.target)) toggle(false);
  };

  function toggle(open) {
    if (open) onOpen();
    panel.hidden = !open;
    trigger.setAttribute("aria-expanded", String(open));
    // Only while it is open: menus come and go with what they belong to.
    const listen = open ? "addEventListener" : "removeEventListener";
    document[listen]("pointerdown", outside);
  }

  trigger.addEventListener("click", () => toggle(panel.hidden));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    toggle(false);
    trigger.focus();
  });
  return { node, panel, close: () => toggle(false) };
}
