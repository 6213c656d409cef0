// The player: one button, a position that is remembered, and words where sound does not come.

import { part, say } from "./dom.js";

const audio = part("audio");
const seek = part("seek");
const { drop, title, club } = part("player").dataset;
const place = `listen:${drop}`;
const KEEP_EVERY = 5; // seconds
let kept = 0;
let placed = false; // before the old position is found again there is none to remember

function clock(seconds) {
  const whole = Math.floor(seconds || 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function inWords(seconds) {
  const whole = Math.floor(seconds || 0);
  return `${Math.floor(whole / 60)} minutes ${whole % 60} seconds`;
}

// A style set by script is not an inline style, so the policy lets it through.
function fill(slider) {
  slider.style.setProperty("--done", `${(100 * slider.value) / slider.max}%`);
}

function drawPosition() {
  seek.value = String(audio.currentTime);
  fill(seek);
  seek.setAttribute("aria-valuetext", `${inWords(audio.currentTime)} of ${inWords(audio.duration)}`);
  part("elapsed").textContent = clock(audio.currentTime);
}

function drawLength() {
  if (!Number.isFinite(audio.duration)) return;
  seek.max = String(audio.duration);
  part("total").textContent = clock(audio.duration);
  const before = Number(recall());
  if (before > 0 && before < audio.duration - 1) audio.currentTime = before;
  placed = true;
  drawPosition();
}

// A browser may forbid storage; then the position is simply not remembered.
function recall() {
  try { return localStorage.getItem(place); } catch { return null; }
}

function remember(position) {
  if (!placed) return;
  try { localStorage.setItem(place, String(Math.floor(position))); } catch { /* see above */ }
  kept = position;
}

function moved() {
  drawPosition();
  if (Math.abs(audio.currentTime - kept) >= KEEP_EVERY) remember(audio.currentTime);
}

async function toggle() {
  if (!audio.paused) {
    audio.pause();
    return;
  }
  if (audio.error) audio.load();
  await audio.play().catch(() => explain());
}

function drawButton() {
  part("toggle").textContent = audio.paused ? "Listen" : "Pause";
  remember(audio.currentTime);
}

// The element does not tell why; the server does when it is asked for one byte.
async function explain() {
  const asked = fetch(audio.src, { headers: { Range: "bytes=0-0" } });
  const answer = await asked.catch(() => null);
  const said = answer && !answer.ok ? await answer.json().catch(() => null) : null;
  if (said) say(part("state"), "refused", said.text, said);
  else if (answer) say(part("state"), "refused", "This browser cannot play the file.", { code: "E-CODEC" });
  else say(part("state"), "refused", "The club's server cannot be reached. Press Listen to try again.", { code: "E-OFFLINE" });
}

function takeOver() {
  audio.controls = false;
  audio.hidden = true;
  part("controls").hidden = false;
  part("toggle").addEventListener("click", toggle);
  seek.addEventListener("input", () => { audio.currentTime = Number(seek.value); drawPosition(); });
  part("volume").addEventListener("input", ({ target }) => { audio.volume = target.value / 100; fill(target); });
  fill(part("volume"));
  audio.addEventListener("timeupdate", moved);
  audio.addEventListener("loadedmetadata", drawLength);
  audio.addEventListener("error", explain);
  audio.addEventListener("playing", () => part("state").replaceChildren());
  for (const change of ["play", "pause", "ended"]) audio.addEventListener(change, drawButton);
  window.addEventListener("pagehide", () => remember(audio.currentTime));
  if (audio.readyState > 0) drawLength();
  if (audio.error) explain();
  if ("mediaSession" in navigator) navigator.mediaSession.metadata = new MediaMetadata({ title, artist: club });
}

takeOver();
