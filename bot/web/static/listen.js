// Opens the player as soon as a person sees this page. A preview runs no script; a page that is
// drawn ahead of time, or come back to with the Back button, must not use the ticket.

const form = document.getElementById("open");
const [visit] = performance.getEntriesByType("navigation");

function seen() {
  return document.visibilityState === "visible" && !document.prerendering;
}

function openOnce() {
  if (!seen()) return;
  document.removeEventListener("visibilitychange", openOnce);
  document.removeEventListener("prerenderingchange", openOnce);
  form.requestSubmit();
}

if (visit?.type !== "back_forward") {
  document.addEventListener("visibilitychange", openOnce);
  document.addEventListener("prerenderingchange", openOnce);
  openOnce();
}
