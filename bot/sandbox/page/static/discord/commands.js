// The form for a slash command's options.

import { el, iconButton } from "../shared/dom.js";
import { choices } from "./select.js";

/** The form of one command; `ctx` = {act, view, channel}. */
export function commandForm(command, ctx, close) {
  const fields = command.options.map((option) => ({
    option,
    ...field(option, command, ctx, () => given(fields)),
  }));
  const form = el(
    "form",
    { class: "command-form", "aria-label": `/${command.label ?? command.name}` },
    el(
      "div",
      { class: "command-head" },
      el("b", { text: `/${command.label ?? command.name}` }),
      el("small", { text: command.description }),
      iconButton("close", "Cancel the command", close),
    ),
    ...fields.map(({ node }) => node),
    el("button", { class: "d-button primary", text: "Send" }),
  );
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const files = [];
    const options = given(fields, files);
    const done = await ctx.act(
      "command",
      { channel: ctx.channel(), name: command.name, options },
      files,
    );
    if (done) close();
  });
  return form;
}

// What was filled in, by the option's name. A file's value is its place in `files`.
function given(fields, files = []) {
  const filled = fields.filter(({ input }) => input.value !== "");
  return Object.fromEntries(
    filled.map(({ option, input }) => [
      option.name,
      input.type === "file" ? files.push(input.files[0]) - 1 : typed(option, input.value),
    ]),
  );
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
  const label = el(
    "label",
    { class: "command-field" },
    el("span", { text: (option.label ?? option.name) + (option.required ? "" : " (optional)") }),
    input,
    el("small", { text: option.description }),
    list,
  );
  return { node: label, input };
}

function inputFor(option, ctx) {
  const listed = listedChoices(option, ctx);
  if (listed)
    return el(
      "select",
      {},
      el("option", { value: "", text: "Choose" }),
      ...listed.map(({ name, value }) => el("option", { value: String(value), text: name })),
    );
  if (option.type === 11) return el("input", { type: "file" });
  if (option.type === 4 || option.type === 10)
    return el("input", {
      type: "number",
      min: option.min,
      max: option.max,
      step: option.type === 4 ? "1" : "any",
    });
  return el("input", {
    type: "text",
    minlength: option.min,
    maxlength: option.max,
    autocomplete: "off",
  });
}

function listedChoices(option, ctx) {
  if (option.choices?.length) return option.choices;
  if (option.type === 5)
    return [
      { name: "Yes", value: true },
      { name: "No", value: false },
    ];
  if (!(option.type in AS_SELECT)) return null;
  return choices({ type: AS_SELECT[option.type] }, ctx.view()).map(({ label, value }) => ({
    name: label,
    value,
  }));
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
      const said = await ctx.act("autocomplete", {
        channel: ctx.channel(),
        name: command.name,
        option: option.name,
        text: input.value,
        options,
      });
      if (said)
        list.replaceChildren(
          ...said.choices.map(({ name, value }) =>
            el("option", { value: String(value), label: name }),
          ),
        );
    }, 250);
  });
  return list;
}
