// The faults menu: switches for what can go wrong in either chat.

import { button, el, fill } from "../shared/dom.js";
import { get, post } from "../shared/http.js";
import { menu } from "./menu.js";

const SIDES = { discord: "Discord", telegram: "Telegram", chain: "Chain" };

export function faultsPart(box, tell) {
  const trigger = button("Faults", () => {}, { class: "control" });
  const list = menu(trigger, "Faults", look);
  box.append(list.node);

  const draw = ({ faults }) => {
    const on = faults.filter((fault) => fault.on).length;
    trigger.textContent = on ? `Faults: ${on} on` : "Faults";
    fill(list.panel, faults, () => groups(faults, turn));
  };
  const failed = (error) => tell(error.message);

  function look() {
    get("faults").then(draw).catch(failed);
  }

  function turn(fault, on) {
    post(`faults/${fault.key}`, { on }).then(draw).catch(failed);
  }

  look();
}

function groups(faults, turn) {
  if (!faults.length) return [el("p", { class: "hint", text: "No faults to switch here." })];
  return Object.entries(SIDES).map(([side, title]) =>
    group(
      title,
      faults.filter((fault) => fault.side === side),
      turn,
    ),
  );
}

function group(title, faults, turn) {
  if (!faults.length) return null;
  return el(
    "fieldset",
    { class: "switches" },
    el("legend", { text: title }),
    ...faults.map((fault) => oneSwitch(fault, turn)),
  );
}

function oneSwitch(fault, turn) {
  const input = el("input", {
    type: "checkbox",
    role: "switch",
    "data-focus": fault.key,
    on: { change: (event) => turn(fault, event.target.checked) },
  });
  input.checked = fault.on;
  return el(
    "label",
    { class: "switch" },
    input,
    el("span", {}, el("b", { text: fault.label }), el("small", { text: fault.explain })),
  );
}
