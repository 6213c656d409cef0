// Times in the reader's own zone, with the zone named. Without this the page says them in UTC.

const shown = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});

export function setTime(time, moment) {
  time.dateTime = moment;
  time.textContent = shown.format(new Date(moment));
}

for (const time of document.querySelectorAll("time.zoned")) setTime(time, time.dateTime);
