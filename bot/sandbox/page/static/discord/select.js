// A select menu as Discord draws it, unfolding in place: one choice, or several with "Done".

import { button, el, icon } from "../shared/dom.js";

/** What can be chosen: `[{label, value, description, emoji, default}]`, for each kind of select. */
export function choices(component, view) {
  const people = () => view.members.map((member) => ({ value: member.id, label: member.name, description: member.username }));
  const roles = () => uniqueRoles(view.members);
  const kinds = {
    3: () => component.options ?? [],
    5: people,
    6: roles,
    7: () => [...people(), ...roles()],
    8: () => view.channels.map((channel) => ({ value: channel.id, label: `#${channel.name}` })),
  };
  return kinds[component.type]();
}

function uniqueRoles(members) {
  const found = new Map(members.flatMap((member) => member.roles).map((role) => [role.id, role.name]));
  return [...found].map(([value, name]) => ({ value, label: `@${name}` }));
}

/** The menu; `send(values)` is called when the choice is made. */
export function select(component, options, send) {
  const most = component.max_values ?? 1;
  const least = component.min_values ?? 1;
  const chosen = new Set(options.filter((option) => option.default).map((option) => option.value));
  const words = el("span", { class: "select-words" });
  const face = el("button", { type: "button", class: "select-face", "aria-haspopup": "listbox", "aria-expanded": "false", "data-focus": component.custom_id, disabled: component.disabled }, words, icon("chevron"));
  const list = el("div", { class: "select-list", role: "listbox", hidden: true, "aria-multiselectable": String(most > 1), "aria-label": component.placeholder ?? "Choices" });
  const rows = options.map((option) => row(option, () => pick(option.value)));
  const done = most > 1 ? button("Done", () => finish(), { class: "d-button primary" }) : null;
  list.append(...rows);
  if (done) list.append(done);

  function show() {
    const labels = options.filter((option) => chosen.has(option.value)).map((option) => option.label);
    words.textContent = labels.join(", ") || component.placeholder || "Make a choice";
    rows.forEach((node, index) => node.setAttribute("aria-selected", String(chosen.has(options[index].value))));
    if (done) done.disabled = chosen.size < least;
  }

  function open(state) {
    list.hidden = !state;
    face.setAttribute("aria-expanded", String(state));
    if (state) (rows.find((node) => node.getAttribute("aria-selected") === "true") ?? rows[0])?.focus();
  }

  function pick(value) {
    if (most === 1) {
      chosen.clear();
      chosen.add(value);
      return finish();
    }
    if (chosen.has(value)) chosen.delete(value);
    else if (chosen.size < most) chosen.add(value);
    return show();
  }

  function finish() {
    show();
    open(false);
    face.focus();
    send([...chosen]);
  }

  face.addEventListener("click", () => open(list.hidden));
  const node = el("div", { class: "select", on: { keydown: (event) => walk(event, rows, () => { open(false); face.focus(); }) } }, face, list);
  show();
  return node;
}

function row(option, pick) {
  const text = [el("span", { text: [option.emoji?.name, option.label].filter(Boolean).join(" ") })];
  if (option.description) text.push(el("small", { text: option.description }));
  return el("button", { type: "button", role: "option", class: "option", tabindex: "-1", on: { click: pick } }, el("span", { class: "option-words" }, ...text), icon("check"));
}

function walk(event, rows, close) {
  const at = rows.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
  if (event.key === "Escape") close();
  else if (at >= 0 && event.key in steps) {
    event.preventDefault();
    rows[(steps[event.key] + rows.length) % rows.length].focus();
  }
}
