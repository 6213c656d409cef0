// What both text boxes do.

const HIGHEST = 160; // pixels

/** As high as its text, up to a limit. */
export function grow(input) {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, HIGHEST)}px`;
}

/** Whether this key sends: Enter, but not a new line and not the end of an input method's word. */
export function isSend(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing;
}
