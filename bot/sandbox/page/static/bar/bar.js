// The bar: who am I, my wallet, the chain, the faults.

import { el } from "../shared/dom.js";
import { get } from "../shared/http.js";
import { chainPart } from "./chain.js";
import { faultsPart } from "./faults.js";
import { walletPart } from "./wallet.js";

const LOOK_EVERY = 2000; // milliseconds between looks at the chain

export function startBar({ people, tell }) {
  const { wallet: walletBox, chain: chainBox, faults: faultsBox } = parts();
  let state = { running: true, latest: null, final: null, held: null };
  const showState = (now) => {
    // While the node is down the last known numbers stay, marked as old.
    state = now.running ? now : { ...state, running: false };
    chain.show(state);
    wallet.show(state);
  };
  const run = (work) =>
    work
      .then(showState)
      .then(() => tell(""))
      .catch((error) => tell(error.message));
  const wallet = walletPart(walletBox, run);
  const chain = chainPart(chainBox, run);
  faultsPart(faultsBox, tell);
  const radios = peoplePart(people);

  const look = () =>
    get("chain/state")
      .then(showState)
      .catch(() => {});
  get("wallet/list")
    .then(({ wallets }) => wallet.know(wallets))
    .catch((error) => tell(error.message));
  look();
  setInterval(() => {
    if (!document.hidden) look();
  }, LOOK_EVERY);

  return {
    show(person) {
      radios.get(person.key).checked = true;
      radios.get(person.key).parentNode.scrollIntoView({ block: "nearest", inline: "nearest" });
      wallet.of(person.wallet);
    },
  };
}

function parts() {
  return Object.fromEntries(
    ["wallet", "chain", "faults"].map((id) => [id, document.getElementById(id)]),
  );
}

function peoplePart(people) {
  const radios = new Map();
  const choices = people.map((person) => {
    const input = el("input", {
      type: "radio",
      name: "person",
      value: person.key,
      on: {
        change: () => {
          location.hash = person.key;
        },
      },
    });
    radios.set(person.key, input);
    return el("label", { class: "choice" }, input, el("span", { text: person.name }));
  });
  document.getElementById("people").append(el("div", { class: "segments" }, ...choices));
  return radios;
}
