// The right column: members by their highest role, as Discord lists them.

import { el, fill } from "../shared/dom.js";
import { face } from "./side.js";

export function members() {
  const node = el("aside", { class: "members", "aria-label": "Members" });
  return {
    node,
    show(list) {
      fill(node, list, () => [...grouped(list)].map(([role, people]) => group(role, people)));
    },
  };
}

function grouped(list) {
  const groups = new Map();
  for (const member of list) {
    const role = member.roles[0]?.name ?? (member.bot ? "Bots" : "Members");
    groups.set(role, [...(groups.get(role) ?? []), member]);
  }
  return groups;
}

function group(role, people) {
  return el(
    "section",
    {},
    el("h3", { class: "category", text: `${role} - ${people.length}` }),
    el("ul", {}, ...people.map(entry)),
  );
}

function entry(member) {
  const roles = member.roles.map((role) => role.name).join(", ");
  return el(
    "li",
    { title: roles },
    face(member, "small"),
    name(member),
    member.bot ? el("span", { class: "app", text: "APP" }) : null,
  );
}

/** A member's name in the colour of the highest coloured role. */
export function name(member) {
  return el("span", { class: "name", text: member.name, vars: { "--role": member.color } });
}
