// What comes over the chat: the bot's answer to a key (toast or alert), a page it opened.

import { button, el, fill, iconButton, link, openPage } from "../shared/dom.js";

/** `{node, show(view), toast(text), offer(url)}`; nothing here vanishes before it is read. */
export function answers(act) {
  const node = el("div", { class: "over" });
  const answerBox = el("div");
  const pageBox = el("div");
  const ownBox = el("div");
  node.append(answerBox, pageBox, ownBox);
  let opened = null; // an answer's page opens once, however often the view comes
  const clear = () => ownBox.replaceChildren();

  return {
    node,
    show({ answer: last, web_app: page }, chat) {
      const answer = last?.chat === chat ? last : null;
      if (answer?.url && answer.id !== opened) {
        opened = answer.id;
        if (!openPage(answer.url)) offer(answer.url);
      }
      fill(answerBox, answer, () =>
        answer?.text && !answer.pending ? [answerWords(answer, act)] : [],
      );
      fill(pageBox, page, () => (page ? [sheet(page, () => act("close_web_app", {}))] : []));
    },
    toast(text) {
      ownBox.replaceChildren(toast(text, clear));
    },
    offer,
    clear,
  };

  function offer(url) {
    ownBox.replaceChildren(sheet({ title: "Open this page?", url }, clear));
  }
}

function answerWords(answer, act) {
  const close = () => act("close_answer", {});
  if (!answer.alert) return toast(answer.text, close);
  const ok = button("OK", close, { class: "big", "data-focus": "ok" });
  queueMicrotask(() => ok.focus());
  return el(
    "div",
    {
      class: "alert",
      role: "alertdialog",
      "aria-label": "Message of the bot",
      on: {
        keydown: (event) => {
          if (event.key === "Escape") close();
        },
      },
    },
    el("p", { text: answer.text }),
    ok,
  );
}

function toast(text, close) {
  return el(
    "div",
    { class: "toast", role: "status" },
    el("span", { text }),
    iconButton("close", "Close", close),
  );
}

function sheet(page, close) {
  const host = new URL(page.url, document.baseURI).host;
  return el(
    "div",
    { class: "sheet", role: "dialog", "aria-label": page.title },
    el("div", {}, el("b", { text: page.title }), el("small", { text: host })),
    link(page.url, "Open page", { class: "big", on: { click: close } }),
    button("Not now", close, { class: "soft" }),
  );
}
