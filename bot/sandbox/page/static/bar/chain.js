// The chain: newest and final block, one more block, stop and start the node.

import { button, el } from "../shared/dom.js";
import { post } from "../shared/http.js";

export function chainPart(box, run) {
  const light = el("span", { class: "light", "aria-hidden": "true" });
  const latest = el("span", { class: "latest" });
  const final = el("span", { class: "final quiet" });
  const mine = button("Mine a block", () => act("chain/mine"), { class: "control" });
  const power = button("Stop the node", () => act(power.dataset.act), { class: "control" });
  box.append(
    el("div", { class: "chain-words", role: "status" }, light, el("span", {}, latest, final)),
    mine,
    power,
  );

  function act(path) {
    mine.disabled = power.disabled = true;
    run(post(path)).finally(() => {
      power.disabled = false;
      mine.disabled = power.dataset.act === "chain/start";
    });
  }

  return {
    show({ running, latest: newest, final: finalized }) {
      box.dataset.running = running;
      setText(latest, running ? `Block ${shown(newest)}` : "Node stopped");
      setText(final, running ? `final ${shown(finalized)}` : `at block ${shown(newest)}`);
      setText(power, running ? "Stop the node" : "Start the node");
      power.dataset.act = running ? "chain/stop" : "chain/start";
      mine.disabled = !running;
    },
  };
}

const shown = (number) => (number === null ? "…" : number.toLocaleString());

// The line is a live region: set it only when it changes, or it is read out every two seconds.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
