// The sign-in page: choose a wallet, see the text, sign it.

import { post } from "./ask.js";
import { copyText, el, hush, part, say } from "./dom.js";
import { goToPlatform, keptCode, keepCode, whenEntered } from "./proof.js";
import { connect, sign, watchWallets } from "./wallets.js";

const LOOK_FOR = 600; // milliseconds in which a wallet announces itself; most do at once
const OVER = new Set(["E-EXPIRED", "E-LINKUSED", "E-LINKUNKNOWN", "E-BROWSER", "E-PENDING",
  "E-CODEOVER", "E-PROOFOVER", "E-LINKDEAD"]);
const SAID_BY_WALLET = new Set(["E-WALLETNO", "E-WALLETBUSY", "E-WALLET"]);
const here = location.pathname.replace(/\/$/, "");
const flow = part("flow");
const state = part("state");
let turn = 0; // an answer to an earlier question is not listened to any more
let asked = null;

const look = watchWallets(addWallet); // the list stands hidden while something else is first

function addWallet(wallet) {
  const icon = wallet.icon
    ? el("img", { src: wallet.icon, alt: "" })
    : el("span", { className: "blank", ariaHidden: "true", textContent: wallet.name.charAt(0) });
  const button = el("button", { type: "button", className: "button" }, icon, el("span", {}, wallet.name));
  button.addEventListener("click", () => attempt((mine) => choose(wallet, mine)));
  part("wallets").append(el("li", {}, button));
  part("none").hidden = true;
}

function lookAgain() {
  look();
  setTimeout(() => { part("none").hidden = part("wallets").children.length > 0; }, LOOK_FOR);
}

async function attempt(step) {
  const mine = ++turn;
  try {
    await step(mine);
  } catch (failure) {
    if (!failure.code) throw failure;
    if (mine === turn) refused(failure);
  }
}

async function choose(wallet, mine) {
  waiting(`Open ${wallet.name} and let it connect to this page.`);
  const { address, chain } = await connect(wallet);
  if (mine !== turn) return;
  const { text } = await post(`${here}/text`, { address, chain_id: chain });
  if (mine !== turn) return;
  asked = { wallet, address, text };
  showText();
}

async function signAndSend(mine) {
  const { wallet, address, text } = asked;
  waiting(`Open ${wallet.name}, read the text there, and sign it.`);
  part("go").disabled = true;
  const signature = await sign(wallet, address, text);
  if (mine !== turn) return;
  waiting("Checking your signature.");
  const outcome = await post(`${here}/finish`, { text, signature });
  if (mine !== turn) return;
  if (!outcome.pending) return finished(outcome);
  keepCode(here, outcome.code);
  await showCode(mine);
}

async function prove(mine) {
  part("to-platform").disabled = true;
  waiting(`Going to ${flow.dataset.platform}.`, null);
  await goToPlatform(here, () => mine === turn);
}

async function stop() {
  await post(`${here}/stop`, {});
  end("refused", "Good that you looked", "Nothing was linked, and the code is worth nothing now. "
    + "If somebody sent you the link, do not answer them and tell a moderator.");
}

async function showCode(mine = ++turn) {
  const code = keptCode(here);
  part("proof-code").textContent = code;
  // Read out letter by letter: as a word it could not be typed.
  part("proof-code").setAttribute("aria-label", `Your code: ${[...code].join(" ")}`);
  part("proof-code").parentElement.hidden = !code;
  part("no-code").hidden = Boolean(code);
  for (const one of ["until", "not-me"]) part(one).hidden = true;
  part("stop").hidden = false;
  show("code");
  waiting(`Waiting for the code in ${flow.dataset.platform}, for five minutes at most.`, null);
  const outcome = await whenEntered(here, () => mine === turn);
  if (mine === turn) finished(outcome);
}

function showChoice() {
  turn += 1;
  asked = null;
  hush(state);
  show("choose");
}

function showText() {
  turn += 1;
  const { address, text } = asked;
  hush(state);
  part("address").textContent = `${address.slice(0, 6)}…${address.slice(-4)}`;
  part("address").title = address;
  part("text").textContent = text;
  show("sign");
}

function show(step) {
  for (const one of ["choose", "sign", "code"]) part(one).hidden = step !== one;
  part("go").hidden = step !== "sign";
  part("go").disabled = false;
  part(`${step}-title`).focus();
}

function waiting(text, button = again("Start again")) {
  say(state, "waiting", text, { button });
}

function refused({ message, code }) {
  if (OVER.has(code)) {
    end("refused", "This link is over", message, code);
    return;
  }
  part("go").hidden = true;
  if (flow.dataset.stage === "prove") return refusedProof(message, code);
  const byWallet = SAID_BY_WALLET.has(code);
  const label = code === "E-WALLETTAKEN" ? "Use another wallet" : "Try again";
  // A text that never came back to us is still good; one that did is spent.
  const button = again(label, way(code, byWallet));
  say(state, byWallet ? "calm" : "refused", message, { code, button });
  button.focus();
}

function way(code, byWallet) {
  if (byWallet && asked) return showText;
  // Nobody could say whether the wallet signed: the same wallet gets the next text at once.
  if (code === "E-WALLETNODE" && asked) return () => attempt((mine) => choose(asked.wallet, mine));
  return showChoice;
}

function refusedProof(message, code) {
  part("to-platform").disabled = false;
  say(state, "refused", message, { code });
  part("to-platform").focus();
}

function again(label, then = showChoice) {
  const button = el("button", { type: "button", className: "button", textContent: label });
  button.addEventListener("click", then);
  return button;
}

function finished({ opened, waiting: code, sentence }) {
  const kind = opened.length ? "opened" : "waiting";
  end(kind, opened.length ? "Done" : "Your wallet is linked", sentence, code);
}

function end(kind, title, text, code) {
  part("flow").hidden = true;
  part("done").dataset.kind = kind;
  part("done-title").textContent = title;
  part("done-text").textContent = text;
  if (code) part("done-text").append(" ", el("code", { className: "code", textContent: code }));
  part("done").hidden = false;
  part("done-title").focus();
}

part("go").addEventListener("click", () => attempt(signAndSend));
part("another").addEventListener("click", showChoice);
part("look").addEventListener("click", lookAgain);
part("copy-link").addEventListener("click", (event) => copyText(event.currentTarget, location.href));
part("copy-address").addEventListener("click", (event) => copyText(event.currentTarget, asked.address));
// MetaMask wants host and path as they are, not percent-encoded.
part("metamask")?.setAttribute("href", `https://link.metamask.io/dapp/${location.host}${location.pathname}`);
if (flow.dataset.stage === "prove") {
  part("to-platform").addEventListener("click", () => attempt(prove));
  part("to-platform").disabled = false; // a press before this would have been lost
}
part("copy-code").addEventListener("click", (event) => copyText(event.currentTarget, keptCode(here)));
part("stop").addEventListener("click", () => attempt(stop));
if (flow.dataset.stage === "code") attempt(showCode);
lookAgain();
