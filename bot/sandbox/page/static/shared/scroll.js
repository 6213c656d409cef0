// A message list that stays at its newest message, unless the reader scrolled up.

const NEAR = 80;

/** Keep `box` (which scrolls) at the end while `list` inside it grows. Returns `toEnd()`. */
export function stickToEnd(box, list) {
  let atEnd = true;
  const toEnd = () => {
    atEnd = true;
    box.scrollTop = box.scrollHeight;
  };
  box.addEventListener("scroll", () => {
    atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  });
  const watcher = new ResizeObserver(() => {
    if (atEnd) box.scrollTop = box.scrollHeight;
  });
  watcher.observe(list);
  watcher.observe(box);
  return toEnd;
}

/** Whether somebody can be looking at `box` now: not behind the other tab, not in a hidden window. */
export function isSeen(box) {
  return !document.hidden && box.offsetParent !== null;
}

/** Run `act` whenever `box` comes into view again: another tab was chosen, the window came back. */
export function onSeen(box, act) {
  const look = () => {
    if (isSeen(box)) act();
  };
  new ResizeObserver(look).observe(box);
  document.addEventListener("visibilitychange", look);
}
