// The page of a wallet: sign in with it alone, see its chat accounts, unlink them.

import { post } from "./ask.js";
import { copyText, el, hush, part } from "./dom.js";
import { tell } from "./state.js";
import { connect, sign, watchWallets } from "./wallets.js";

const LOOK_FOR = 600; // milliseconds in which a wallet announces itself; most do at once
let turn = 0; // an answer to an earlier question is not listened to any more
let asked = null;

async function attempt(step, recover) {
  const mine = ++turn;
  try {
    await step(() => mine === turn);
  } catch (failure) {
    if (!failure.code) throw failure;
    if (mine === turn) refused(failure, recover);
  }
}

function refused({ message, code }, recover) {
  const button = el("button", { type: "button", className: "button", textContent: "Try again" });
  button.addEventListener("click", recover);
  tell("again", message, { code, button });
  button.focus();
}

// --- signing in ------------------------------------------------------------------------------

function addWallet(wallet) {
  const icon = wallet.icon
    ? el("img", { src: wallet.icon, alt: "" })
    : el("span", { className: "blank", ariaHidden: "true", textContent: wallet.name.charAt(0) });
  const button = el("button", { type: "button", className: "button" }, icon, el("span", {}, wallet.name));
  button.addEventListener("click", () => attempt((wanted) => choose(wallet, wanted), showChoice));
  part("wallets").append(el("li", {}, button));
  part("none").hidden = true;
}

async function choose(wallet, wanted) {
  tell("waiting", `Open ${wallet.name} and let it connect to this page.`);
  const { address, chain } = await connect(wallet);
  if (!wanted()) return;
  const { text } = await post("/wallet/text", { address, chain_id: chain });
  if (!wanted()) return;
  asked = { wallet, address, text };
  part("address").textContent = `${address.slice(0, 6)}…${address.slice(-4)}`;
  part("address").title = address;
  part("text").textContent = text;
  show("sign");
}

async function signIn(wanted) {
  const { wallet, address, text } = asked;
  part("go").disabled = true;
  tell("waiting", `Open ${wallet.name}, read the text there, and sign it.`);
  const signature = await sign(wallet, address, text);
  if (!wanted()) return;
  tell("checking", "Checking your signature.");
  await post("/wallet/finish", { text, signature });
  location.reload();
}

function showChoice() {
  turn += 1;
  show("choose");
}

function show(step) {
  hush(part("state"));
  for (const one of ["choose", "sign"]) part(one).hidden = step !== one;
  part("go").hidden = step !== "sign";
  part("go").disabled = false;
  part(`${step}-title`).focus();
}

function lookAgain(look) {
  look();
  setTimeout(() => { part("none").hidden = part("wallets").children.length > 0; }, LOOK_FOR);
}

// --- signed in -------------------------------------------------------------------------------

async function ask(path, fields) {
  for (const button of document.querySelectorAll("button")) button.disabled = true;
  await post(path, fields);
  location.reload();
}

function offer() {
  const reload = () => location.reload();
  for (const button of document.querySelectorAll(".unlink")) {
    const { account } = button.dataset;
    button.addEventListener("click", () => attempt(() => ask("/wallet/unlink", { account }), reload));
  }
  part("leave").addEventListener("click", () => attempt(() => ask("/wallet/leave", {}), reload));
  part("accounts-title").focus();
}

if (part("leave")) {
  offer();
} else {
  const look = watchWallets(addWallet);
  part("go").addEventListener("click", () => attempt(signIn, showChoice));
  part("another").addEventListener("click", showChoice);
  part("look").addEventListener("click", () => lookAgain(look));
  part("copy-link").addEventListener("click", (event) => copyText(event.currentTarget, location.href));
  lookAgain(look);
}
