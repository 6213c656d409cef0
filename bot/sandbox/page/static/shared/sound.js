// Our own small audio player: one button, progress, time. Nothing plays by itself.

import { el } from "./dom.js";

let playing = null; // one sound at a time, whichever chat it is in

/** A player for `src`; `seconds` is its length if known. */
export function player({ src, title, note, seconds, shape = "" }) {
  const audio = el("audio", { src, preload: seconds ? "none" : "metadata" });
  const toggle = el("button", { type: "button", class: "play", "aria-label": `Play ${title}` });
  const line = el("input", {
    type: "range",
    min: "0",
    max: "1000",
    value: "0",
    step: "1",
    "aria-label": `Position in ${title}`,
  });
  const time = el("span", { class: "time", text: clock(seconds || 0) });
  const parts = { audio, toggle, line, time, title, seconds };
  toggle.addEventListener("click", () => press(parts));
  line.addEventListener("input", () => seek(parts));
  for (const type of ["loadedmetadata", "play", "pause", "ended", "timeupdate"])
    audio.addEventListener(type, () => show(parts));
  audio.addEventListener("error", () => {
    time.textContent = "cannot be played";
  });
  const words = el(
    "span",
    { class: "sound-words" },
    el("span", { class: "sound-title", text: title }),
    note ? el("span", { class: "sound-note", text: note }) : null,
  );
  return el(
    "div",
    { class: `sound ${shape}`, role: "group", "aria-label": title },
    audio,
    toggle,
    el("div", { class: "sound-body" }, words, el("div", { class: "sound-line" }, line, time)),
  );
}

function press({ audio, time }) {
  if (!audio.paused) return audio.pause();
  if (playing && playing !== audio) playing.pause();
  playing = audio;
  return audio.play().catch(() => {
    time.textContent = "cannot be played";
  });
}

function seek({ audio, line }) {
  if (Number.isFinite(audio.duration)) audio.currentTime = (line.value / 1000) * audio.duration;
}

function show({ audio, toggle, line, time, title, seconds }) {
  const length = Number.isFinite(audio.duration) ? audio.duration : seconds || 0;
  const share = length ? audio.currentTime / length : 0;
  toggle.classList.toggle("on", !audio.paused);
  toggle.setAttribute("aria-label", `${audio.paused ? "Play" : "Pause"} ${title}`);
  line.value = String(Math.round(share * 1000));
  line.style.setProperty("--share", share);
  line.setAttribute("aria-valuetext", `${clock(audio.currentTime)} of ${clock(length)}`);
  time.textContent = audio.paused && !audio.currentTime ? clock(length) : clock(audio.currentTime);
}

/** 125.4 -> "2:05" */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** 5120 -> "5 kB" */
export function bytes(size) {
  if (size < 1000) return `${size} B`;
  if (size < 1e6) return `${Math.round(size / 1000)} kB`;
  return `${(size / 1e6).toFixed(1)} MB`;
}
