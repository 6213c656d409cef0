// Slash commands: the list that "/" opens, and the form for a command's options.

import { el, iconButton } from "../shared/dom.js";
import { choices } from "./select.js";

const MOST = 8;

/** The list above the text box; `key(event)` is true if the list took the key. */
export function commandList(choose) {
  const node = el("div", { class: "commands", id: "d-commands", role: "listbox", "aria-label": "Commands", hidden: true });
  let found = [];
  let at = 0;

  function draw() {
    node.hidden = !found.length;
    node.replaceChildren(...found.map((command, index) => el("div", {
      class: "command", role: "option", "aria-selected": String(index === at), on: { mousedown: (event) => { event.preventDefault(); choose(command); } },
    }, el("b", { text: `/${command.name}` }), ...command.options.filter((option) => option.required).map((option) => el("span", { class: "need", text: option.name })), el("small", { text: command.description }))));
    node.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  return {
    node,
    show(text, commands = []) {
      const typed = text?.startsWith("/") ? text.slice(1).trimEnd().toLowerCase() : null;
      found = typed === null ? [] : commands.filter((command) => command.name.startsWith(typed) || typed.startsWith(`${command.name} `)).slice(0, MOST);
      at = 0;
      draw();
    },
    key(event) {
      if (!found.length) return false;
      const moves = { ArrowDown: 1, ArrowUp: -1 };
      if (event.key in moves) at = (at + moves[event.key] + found.length) % found.length;
      else if (event.key === "Escape") found = [];
      else if (event.key === "Enter" || event.key === "Tab") { event.preventDefault(); choose(found[at]); return true; }
      else return false;
      event.preventDefault();
      draw();
      return true;
    },
  };
}

/** The form of one command; `ctx` = {act, view, channel}. */
export function commandForm(command, ctx, close) {
  const fields = command.options.map((option) => ({ option, ...field(option, command, ctx, () => given(fields)) }));
  const form = el("form", { class: "command-form", "aria-label": `/${command.name}` },
    el("div", { class: "command-head" }, el("b", { text: `/${command.name}` }), el("small", { text: command.description }), iconButton("close", "Cancel the command", close)),
    ...fields.map(({ node }) => node),
    el("button", { class: "d-button primary", text: "Send" }));
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const files = fields.flatMap(({ input }) => (input.type === "file" ? [...input.files] : []));
    const done = await ctx.act("command", { channel: ctx.channel(), name: command.name, options: given(fields) }, files);
    if (done) close();
  });
  return form;
}

function given(fields) {
  const filled = fields.filter(({ input }) => input.value !== "" && input.type !== "file");
  return Object.fromEntries(filled.map(({ option, input }) => [option.name, typed(option, input.value)]));
}

function typed(option, value) {
  if (option.type === 4 || option.type === 10) return Number(value);
  return option.type === 5 ? value === "true" : value;
}

const AS_SELECT = { 6: 5, 7: 8, 8: 6, 9: 7 }; // an option's type -> the select with the same choices

function field(option, command, ctx, soFar) {
  const input = inputFor(option, ctx);
  input.required = option.required;
  const list = option.autocomplete ? suggestions(option, command, ctx, input, soFar) : null;
  const label = el("label", { class: "command-field" }, el("span", { text: option.name + (option.required ? "" : " (optional)") }), input, el("small", { text: option.description }), list);
  return { node: label, input };
}

function inputFor(option, ctx) {
  const listed = listedChoices(option, ctx);
  if (listed) return el("select", {}, el("option", { value: "", text: "Choose" }), ...listed.map(({ name, value }) => el("option", { value: String(value), text: name })));
  if (option.type === 11) return el("input", { type: "file" });
  if (option.type === 4 || option.type === 10) return el("input", { type: "number", min: option.min, max: option.max, step: option.type === 4 ? "1" : "any" });
  return el("input", { type: "text", minlength: option.min, maxlength: option.max, autocomplete: "off" });
}

function listedChoices(option, ctx) {
  if (option.choices?.length) return option.choices;
  if (option.type === 5) return [{ name: "Yes", value: true }, { name: "No", value: false }];
  if (!(option.type in AS_SELECT)) return null;
  return choices({ type: AS_SELECT[option.type] }, ctx.view()).map(({ label, value }) => ({ name: label, value }));
}

function suggestions(option, command, ctx, input, soFar) {
  const list = el("datalist", { id: `d-suggest-${option.name}` });
  input.setAttribute("list", list.id);
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const options = soFar();
      delete options[option.name];
      const said = await ctx.act("autocomplete", { channel: ctx.channel(), name: command.name, option: option.name, text: input.value, options });
      if (said) list.replaceChildren(...said.choices.map(({ name, value }) => el("option", { value: String(value), label: name })));
    }, 250);
  });
  return list;
}
