// "Sign this?" as a wallet asks it: who asks, the exact text, Sign or Reject.
// In a shadow root with a constructed sheet, so that it looks the same on any page and passes a
// policy that forbids inline styles.

import { el } from "../shared/dom.js";
import { walletIcon } from "./icon.js";
import { sheet } from "./sheet.js";

/** Resolves to whether the person pressed Sign. Escape is Reject. */
export function confirmSignature(wallet, text) {
  const host = el("div", { "data-demo-wallet": wallet.key });
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  return new Promise((resolve) => {
    const end = (signed) => {
      host.remove();
      resolve(signed);
    };
    const dialog = ask(wallet, text, end);
    root.append(dialog);
    document.body.append(host);
    dialog.showModal();
  });
}

function ask(wallet, text, end) {
  const dialog = el(
    "dialog",
    { "aria-labelledby": "title", "aria-describedby": "note" },
    el(
      "header",
      {},
      el("img", { src: walletIcon(wallet.address), alt: "", width: "40", height: "40" }),
      el(
        "div",
        {},
        el("p", { class: "kind", text: "Demo wallet" }),
        el("p", { class: "name", text: wallet.name }),
      ),
    ),
    el("h2", { id: "title", text: "Sign this message?" }),
    el("p", { class: "from" }, "Asked by ", el("b", { text: location.host })),
    el("pre", { text, tabindex: "0", "aria-label": "The exact text" }),
    el("p", { class: "note", id: "note", text: "Signing costs nothing and can move nothing." }),
    el(
      "footer",
      {},
      el("button", {
        type: "button",
        class: "reject",
        text: "Reject",
        on: { click: () => end(false) },
      }),
      el("button", { type: "button", class: "sign", text: "Sign", on: { click: () => end(true) } }),
    ),
    el("p", { class: "address", text: wallet.address }),
  );
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    end(false);
  });
  return dialog;
}
