// The sign-in page: choose a wallet, see the text, sign it.

import { post } from "./ask.js";
import { copyText, el, hush, part } from "./dom.js";
import { broughtSignature } from "./hand.js";
import { goToPlatform, keptCode, keepCode, whenEntered } from "./proof.js";
import { end, tell } from "./state.js";
import { setTime } from "./times.js";
import { connect, sign, watchWallets } from "./wallets.js";

const LOOK_FOR = 600; // milliseconds in which a wallet announces itself; most do at once
const STAYS = new Set(["E-WALLETCOOL", "E-WALLETCAP"]); // this wallet cannot be linked here now
const OVER = new Set(["E-EXPIRED", "E-LINKUSED", "E-LINKUNKNOWN", "E-BROWSER", "E-PENDING",
  "E-CODEOVER", "E-PROOFOVER", "E-LINKDEAD"]);
const SAID_BY_WALLET = new Set(["E-WALLETNO", "E-WALLETBUSY", "E-WALLET"]);
const TYPED = { "E-ADDRESS": "hand-address", "E-SIGFORM": "signature" }; // nothing was spent: mend it
const STEPS = ["prove", "choose", "elsewhere", "hand", "sign", "code"];
const here = location.pathname.replace(/\/$/, "");
const flow = part("flow");
const byHand = null; // the wallet that is not in this browser: its signature is brought here
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
  noneFound(false);
}

function lookAgain() {
  look();
  setTimeout(() => noneFound(part("wallets").children.length === 0), LOOK_FOR);
}

function noneFound(none) {
  for (const one of ["none", "none-yet"]) part(one)?.toggleAttribute("hidden", !none);
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
  // A wallet's own capitals are not checked: only what was typed can be misspelt.
  if (mine === turn) await askText(wallet, address.toLowerCase(), chain, mine);
}

async function chooseByHand(mine) {
  const address = part("hand-address").value.trim();
  await askText(byHand, address, Number(flow.dataset.chain), mine);
}

async function askText(wallet, address, chain, mine) {
  const { text } = await post(`${here}/text`, { address, chain_id: chain });
  if (mine !== turn) return;
  asked = { wallet, address: text.split("\n")[1], text };
  showText();
}

async function signAndSend(mine) {
  const { wallet, address, text } = asked;
  waiting(`Open ${wallet.name}, read the text there, and sign it.`);
  part("go").disabled = true;
  const signature = await sign(wallet, address, text);
  if (mine === turn) await send(text, signature, mine);
}

async function sendByHand(mine) {
  await send(asked.text, broughtSignature(part("signature").value), mine);
}

async function send(text, signature, mine) {
  tell("checking", "Checking your signature.", { button: again("Start again") });
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

async function letGo(mine) {
  const { held } = await post(`${here}/let-go`, {});
  if (mine !== turn) return;
  if (held) document.querySelector(".confirmed")?.remove();
  show("elsewhere");
}

async function stop() {
  await post(`${here}/stop`, {});
  end("over", "Good that you looked", "Nothing was linked, and the code is worth nothing now. "
    + "If somebody sent you the link, do not answer them and tell a moderator.");
}

async function showCode(mine = ++turn) {
  const code = keptCode(here);
  part("proof-code").textContent = code;
  // Read out letter by letter: as a word it could not be typed.
  part("proof-code").setAttribute("aria-label", `Your code: ${[...code].join(" ")}`);
  part("proof-code").parentElement.hidden = !code;
  part("no-code").hidden = Boolean(code);
  show("code");
  waiting(`Waiting for the code in ${flow.dataset.platform}, for five minutes at most.`, null);
  const outcome = await whenEntered(here, () => mine === turn);
  if (mine === turn) finished(outcome);
}

function showChoice() {
  turn += 1;
  asked = null;
  show("choose");
}

function showHand() {
  turn += 1;
  asked = null;
  show("hand");
}

function showText() {
  turn += 1;
  const { wallet, address, text } = asked;
  part("address").textContent = `${address.slice(0, 6)}…${address.slice(-4)}`;
  part("address").title = address;
  part("text-title").textContent = wallet !== byHand ? "Your wallet will show exactly this text:" : "The text to sign:";
  part("text").textContent = text;
  part("signature").value = "";
  setTime(part("until-when"), /^Expiration Time: (.+)$/m.exec(text)[1]); // owners of a Safe have a week
  show("sign");
}

function show(step) {
  const hand = step === "sign" && asked.wallet === byHand;
  const shown = {
    go: step === "sign" && !hand, send: hand, "by-hand": hand, stay: step === "elsewhere",
    stop: step === "code", "not-me": step !== "code", until: step !== "code",
    "to-platform": step === "prove",
  };
  for (const one of STEPS) part(one)?.toggleAttribute("hidden", step !== one);
  for (const [one, is] of Object.entries(shown)) part(one)?.toggleAttribute("hidden", !is);
  part("go").disabled = false;
  hush(part("state"));
  part(`${step}-title`).focus();
}

function waiting(text, button = again("Start again")) {
  tell("waiting", text, { button });
}

function refused({ message, code }) {
  if (OVER.has(code)) return end("over", "This link is over", message, code);
  if (part("prove")?.hidden === false) return refusedProof(message, code);
  if (code in TYPED) return refusedField(part(TYPED[code]), message, code);
  for (const one of ["go", "send"]) part(one).hidden = true;
  const label = STAYS.has(code) ? "Use another wallet" : "Try again";
  const button = again(label, way(code));
  tell("again", message, { code, button });
  button.focus();
}

// A text that never came back to us is still good; one that did is spent.
function way(code) {
  if (!asked) return part("hand").hidden ? showChoice : showHand;
  if (SAID_BY_WALLET.has(code)) return showText;
  const { wallet } = asked;
  const same = (mine) => wallet === byHand ? chooseByHand(mine) : choose(wallet, mine);
  // Nobody could say whether the wallet signed: the same wallet gets the next text at once.
  if (code === "E-WALLETNODE") return () => attempt(same);
  return wallet === byHand ? showHand : showChoice;
}

function refusedField(field, message, code) {
  tell("again", message, { code });
  field.setAttribute("aria-invalid", "true");
  field.addEventListener("input", () => field.removeAttribute("aria-invalid"), { once: true });
  field.focus();
}

function refusedProof(message, code) {
  part("to-platform").disabled = false;
  tell("again", message, { code });
  part("to-platform").focus();
}

function again(label, then = showChoice) {
  const button = el("button", { type: "button", className: "button", textContent: label });
  button.addEventListener("click", then);
  return button;
}

function finished({ opened, waiting: code, sentence }) {
  end("done", opened.length ? "Done" : "Your wallet is linked", sentence, code);
}

function onPress(id, then) {
  part(id)?.addEventListener("click", then);
}

function onSubmit(id, step) {
  part(id).addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(step);
  });
}

onPress("go", () => attempt(signAndSend));
onPress("another", showChoice);
onPress("look", lookAgain);
onPress("go-by-hand", showHand);
onPress("to-choice", showChoice);
onPress("go-elsewhere", () => attempt(letGo));
onPress("elsewhere-first", () => attempt(letGo));
onPress("stay", () => location.reload());
onPress("stop", () => attempt(stop));
onPress("to-platform", () => attempt(prove));
onSubmit("hand-form", chooseByHand);
onSubmit("by-hand", sendByHand);
onPress("copy-link", (event) => copyText(event.currentTarget, part("here").textContent));
onPress("copy-address", (event) => copyText(event.currentTarget, asked.address));
onPress("copy-text", (event) => copyText(event.currentTarget, asked.text));
onPress("copy-code", (event) => copyText(event.currentTarget, keptCode(here)));
part("to-platform")?.removeAttribute("disabled"); // a press before this would have been lost
if (flow.dataset.stage === "code") attempt(showCode);
lookAgain();
