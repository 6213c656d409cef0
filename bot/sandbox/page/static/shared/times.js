// Times in the reader's zone and language.

const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const shortDate = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });
const longTime = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const both = new Intl.DateTimeFormat(undefined, { dateStyle: "long", timeStyle: "short" });
const ago = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const bare = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

export const bareTime = (date) => bare.format(date);
export const shortTime = (date) => time.format(date);
export const longDay = (date) => day.format(date);
export const fullTime = (date) => full.format(date);

/** Discord's styles of `<t:UNIX:STYLE>`: t T d D f F R. */
export function discordTime(date, style) {
  const styles = { t: time, T: longTime, d: shortDate, D: day, f: both, F: full };
  return style === "R" ? relative(date) : (styles[style] ?? both).format(date);
}

const STEPS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** "in 2 hours", "5 minutes ago" */
export function relative(date) {
  const seconds = (date - Date.now()) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS.at(-1);
  return ago.format(Math.round(seconds / size), unit);
}

// Relative times go on counting while nobody writes.
setInterval(() => {
  for (const node of document.querySelectorAll("time[data-relative]"))
    node.textContent = relative(new Date(node.dateTime));
}, 15000);
