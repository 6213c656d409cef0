// My wallet: its address, the copies it holds, and selling one.

import { button, el, fill } from "../shared/dom.js";
import { post } from "../shared/http.js";
import { menu } from "./menu.js";

export function walletPart(box, run) {
  let wallets = [];
  let key = null;
  let state = { held: null };
  const words = el("div", { class: "wallet-words" });
  const sell = button("Sell my copy", () => {}, { class: "control" });
  const choice = menu(sell, "Which copy to sell");
  box.append(words, choice.node);

  function draw() {
    const wallet = wallets.find((known) => known.key === key);
    const held = state.held?.[key];
    fill(words, [wallet, held], () => walletWords(wallet, held));
    fill(choice.panel, [wallet, held], () => sellChoices(wallet, held, sellOne));
    choice.node.hidden = !wallet;
    sell.disabled = !held?.numbers.length || !state.running;
    sell.title = sell.disabled ? why(held, state) : "";
  }

  function sellOne(address, copy) {
    choice.close();
    run(post("chain/sell", { address, copy }));
  }

  return {
    know(list) {
      wallets = list;
      draw();
    },
    of(name) {
      key = name;
      choice.close();
      draw();
    },
    show(now) {
      state = now;
      draw();
    },
  };
}

function why(held, state) {
  if (!state.running) return "Start the node first.";
  return held?.count ? "The artist keeps these copies." : "There is no copy to sell.";
}

function walletWords(wallet, held) {
  if (!wallet) return [el("span", { class: "quiet", text: "No wallet" })];
  const short = `${wallet.address.slice(0, 6)}…${wallet.address.slice(-4)}`;
  const copy = button(short, () => copyAddress(copy, wallet.address, short), {
    class: "address",
    title: `Copy ${wallet.address}`,
  });
  return [copy, el("span", { class: "copies", text: copiesInWords(held) })];
}

async function copyAddress(node, address, short) {
  await navigator.clipboard.writeText(address).catch(() => {});
  node.textContent = "Copied";
  setTimeout(() => {
    node.textContent = short;
  }, 1500);
}

function copiesInWords(held) {
  if (!held) return "…";
  if (!held.count) return "No copy";
  if (!held.numbers.length) return `${held.count} copies`;
  return held.numbers.map((number) => `#${number}`).join(" ");
}

function sellChoices(wallet, held, sellOne) {
  if (!wallet || !held) return [];
  const hint = el("p", {
    class: "hint",
    text: "The market buys it. What it opened closes once the sale is final: mine a block or two.",
  });
  return [
    hint,
    ...held.numbers.map((number) =>
      button(`Sell #${number}`, () => sellOne(wallet.address, number), { class: "control" }),
    ),
  ];
}
