// A select menu as Discord draws it, unfolding in place: one choice, or several with "Done".

import { button, el, icon } from "../shared/dom.js";

/** What can be chosen: `[{label, value, description, emoji, default}]`, for each kind of select. */
export function choices(component, view) {
  const people = () =>
    view.members.map((member) => ({
      value: member.id,
      label: member.name,
      description: member.username,
    }));
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
  const found = new Map(
    members.flatMap((member) => member.roles).map((role) => [role.id, role.name]),
  );
  return [...found].map(([value, name]) => ({ value, label: `@${name}` }));
}

/** The menu; `send(values)` is called when the choice is made. */
export function select(component, options, send) {
  return new Select(component, options, send).node;
}

class Select {
  #options;
  #send;
  #most;
  #least;
  #placeholder;
  #chosen;
  #words = el("span", { class: "select-words" });
  #face;
  #list;
  #rows;
  #done;

  constructor(component, options, send) {
    this.#options = options;
    this.#send = send;
    this.#most = component.max_values ?? 1;
    this.#least = component.min_values ?? 1;
    this.#placeholder = component.placeholder || "Make a choice";
    this.#chosen = new Set(options.filter((one) => one.default).map((one) => one.value));
    this.#rows = options.map((option) => row(option, () => this.#pick(option.value)));
    this.#done = button("Done", () => this.#finish(), { class: "d-button primary" });
    this.#done.hidden = this.#most === 1;
    this.#draw(component);
    this.#show();
  }

  #draw({ custom_id: name, disabled }) {
    const folds = { "aria-haspopup": "listbox", "aria-expanded": "false" };
    const about = { type: "button", class: "select-face", "data-focus": name, disabled, ...folds };
    const many = String(this.#most > 1);
    const lists = { class: "select-list", role: "listbox", "aria-multiselectable": many };
    this.#face = el("button", about, this.#words, icon("chevron"));
    this.#list = el(
      "div",
      { ...lists, "aria-label": this.#placeholder },
      ...this.#rows,
      this.#done,
    );
    this.#list.hidden = true;
    this.#face.addEventListener("click", () => this.#open(this.#list.hidden));
    this.node = el("div", { class: "select" }, this.#face, this.#list);
    this.node.addEventListener("keydown", (event) => walk(event, this.#rows, () => this.#close()));
  }

  #show() {
    const chosen = this.#options.filter((option) => this.#chosen.has(option.value));
    this.#words.textContent = chosen.map((option) => option.label).join(", ") || this.#placeholder;
    this.#done.disabled = this.#chosen.size < this.#least;
    this.#rows.forEach((node, index) => {
      node.setAttribute("aria-selected", String(chosen.includes(this.#options[index])));
    });
  }

  #open(state) {
    this.#list.hidden = !state;
    this.#face.setAttribute("aria-expanded", String(state));
    const first = this.#rows.find((node) => node.getAttribute("aria-selected") === "true");
    if (state) (first ?? this.#rows[0])?.focus();
  }

  #close() {
    this.#open(false);
    this.#face.focus();
  }

  #pick(value) {
    if (this.#most === 1) {
      this.#chosen = new Set([value]);
      return this.#finish();
    }
    if (!this.#chosen.delete(value) && this.#chosen.size < this.#most) this.#chosen.add(value);
    return this.#show();
  }

  #finish() {
    this.#show();
    this.#close();
    this.#send([...this.#chosen]);
  }
}

function row(option, pick) {
  const text = [el("span", { text: [option.emoji?.name, option.label].filter(Boolean).join(" ") })];
  if (option.description) text.push(el("small", { text: option.description }));
  return el(
    "button",
    { type: "button", role: "option", class: "option", tabindex: "-1", on: { click: pick } },
    el("span", { class: "option-words" }, ...text),
    icon("check"),
  );
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
