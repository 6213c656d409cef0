// A form the bot opened, above everything. What was typed stays when the bot did not answer.

import { button, el, iconButton } from "../shared/dom.js";
import { markdown } from "./markdown.js";
import { choices } from "./select.js";

/** `show(modal, view)` opens, updates or closes the form. */
export function modalPart(box, act) {
  let open = null;
  let dialog = null;

  function close() {
    dialog?.remove();
    dialog = null;
    open = null;
  }

  return {
    show(modal, view) {
      const key = modal && JSON.stringify([modal.custom_id, modal.from, modal.fields]);
      if (key !== open) {
        close();
        if (!modal) return;
        dialog = draw(modal, view, act);
        box.append(dialog);
        dialog.showModal();
        open = key;
      }
      if (dialog) setError(dialog.querySelector(".failed"), modal.error);
    },
    close,
  };
}

function setError(node, words) {
  node.textContent = words ?? "";
  node.hidden = !words;
}

function draw(modal, view, act) {
  const dismiss = () => act("dismiss", { modal: true });
  const fields = modal.fields.map((field) => drawField(field, view));
  const submit = el("button", { class: "d-button primary", text: "Submit" });
  const form = el(
    "form",
    {},
    el(
      "header",
      {},
      el("h3", { text: modal.title, id: "modal-title" }),
      iconButton("close", "Close the form", dismiss),
    ),
    el("p", { class: "failed", role: "alert", hidden: true }),
    ...fields.map(({ node }) => node),
    el("footer", {}, button("Cancel", dismiss, { class: "d-button secondary" }), submit),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.setAttribute("aria-busy", "true");
    const files = [];
    const answers = fields
      .filter(({ value }) => value)
      .map(({ key, value }) => [key, value(files)]);
    await act("modal", { fields: Object.fromEntries(answers) }, files);
    submit.removeAttribute("aria-busy");
  });
  const dialog = el("dialog", { class: "d-modal", "aria-labelledby": "modal-title" }, form);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    dismiss();
  });
  return dialog;
}

function drawField(field, view) {
  if (field.kind === "show") return { node: markdown(field.value) };
  const made = MAKERS[field.kind] ? MAKERS[field.kind](field) : choiceField(field, view);
  const hint = field.description ? el("small", { text: field.description }) : null;
  const title = el(
    "span",
    { class: "field-label", text: field.label },
    field.required ? el("span", { class: "need-mark", text: " *", "aria-hidden": "true" }) : null,
  );
  const tag = made.group ? "fieldset" : "label";
  return {
    key: field.custom_id,
    ...made,
    node: el(tag, { class: "modal-field" }, title, hint, made.input),
  };
}

const MAKERS = {
  text(field) {
    const props = {
      name: field.custom_id,
      placeholder: field.placeholder,
      required: field.required,
      minlength: field.min_length || null,
      maxlength: field.max_length || null,
    };
    const input =
      field.style === 2
        ? el("textarea", { ...props, rows: "5", value: field.value })
        : el("input", { ...props, type: "text", value: field.value });
    return { input, value: () => input.value };
  },
  file(field) {
    const input = el("input", {
      type: "file",
      multiple: field.max_values > 1,
      required: field.required,
    });
    // The answer is the places of the files among all that are sent.
    return { input, value: (all) => [...input.files].map((file) => all.push(file) - 1) };
  },
};

const TYPES = { select: 3, users: 5, roles: 6, mentionables: 7, channels: 8 };

function choiceField(field, view) {
  const options = choices({ type: TYPES[field.kind], options: field.options }, view);
  const kind = field.max_values > 1 ? "checkbox" : "radio";
  const inputs = options.map((option) => {
    const input = el("input", {
      type: kind,
      name: field.custom_id,
      value: option.value,
      required: kind === "radio" && field.required,
    });
    input.checked = Boolean(option.default);
    return {
      input,
      label: el(
        "label",
        { class: "choice-row" },
        input,
        el(
          "span",
          {},
          option.label,
          option.description ? el("small", { text: option.description }) : null,
        ),
      ),
    };
  });
  const value = () => inputs.filter(({ input }) => input.checked).map(({ input }) => input.value);
  return {
    group: true,
    input: el("div", { class: "choice-rows" }, ...inputs.map(({ label }) => label)),
    value,
  };
}
