// The bar: who am I, my wallet, the chain, the faults.

import { el } from "../shared/dom.js";
import { get } from "../shared/http.js";
import { chainPart } from "./chain.js";
import { faultsPart } from "./faults.js";
import { walletPart } from "./wallet.js";

const LOOK_EVERY = 2000; // milliseconds between looks at the chain

export class Bar {
  #tell;
  #acts = 0; // what was seen before the last act is out of date
  #state = { running: true, latest: null, final: null, held: null };
  #people;
  #wallet;
  #chain;

  /** `tell(words)` shows a notice under the bar; no words take it away. */
  constructor({ people, tell }) {
    this.#tell = tell;
    const run = (work) => this.#run(work);
    this.#people = peoplePart(document.getElementById("people"), people);
    this.#wallet = walletPart(document.getElementById("wallet"), run);
    this.#chain = chainPart(document.getElementById("chain"), run);
    faultsPart(document.getElementById("faults"), tell);
    this.#learnWallets();
    this.#look();
    setInterval(() => document.hidden || this.#look(), LOOK_EVERY);
  }

  /** Whose bar it is. */
  show(person) {
    const radio = this.#people.get(person.key);
    radio.checked = true;
    radio.parentNode.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#wallet.of(person.wallet);
  }

  async #learnWallets() {
    try {
      const { wallets } = await get("wallet/list");
      this.#wallet.know(wallets);
    } catch (error) {
      this.#tell(error.message);
    }
  }

  // A failed look is no news: the chats say when the sandbox is gone.
  async #look() {
    const began = this.#acts;
    const now = await get("chain/state").catch(() => null);
    if (now && began === this.#acts) this.#show(now);
  }

  async #run(work) {
    this.#acts += 1;
    try {
      this.#show(await work);
      this.#tell("");
    } catch (error) {
      this.#tell(error.message);
    }
    this.#acts += 1;
  }

  // While the node is down the last known numbers stay, marked as old.
  #show(now) {
    this.#state = now.running ? now : { ...this.#state, running: false };
    this.#chain.show(this.#state);
    this.#wallet.show(this.#state);
  }
}

/** The segmented switch; a map from a person's key to the radio button. */
function peoplePart(box, people) {
  const radios = new Map();
  const choices = people.map(({ key, name }) => {
    const become = () => (location.hash = key);
    const input = el("input", {
      type: "radio",
      name: "person",
      value: key,
      on: { change: become },
    });
    radios.set(key, input);
    return el("label", { class: "choice" }, input, el("span", { text: name }));
  });
  box.append(el("div", { class: "segments" }, ...choices));
  return radios;
}
