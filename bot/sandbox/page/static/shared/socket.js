// One view stream: connects, reconnects by itself, and says which of the two it is doing.

const FIRST_WAIT = 300;
const LONGEST_WAIT = 4000;

/** Watch `address` (http or ws, relative to `base`); returns a function that stops watching. */
export function watch(address, { onView, onStatus }) {
  let socket;
  let timer;
  let wait = FIRST_WAIT;
  let ended = false;

  function open() {
    socket = new WebSocket(asSocket(address));
    socket.addEventListener("message", (event) => {
      wait = FIRST_WAIT;
      onStatus("live");
      onView(JSON.parse(event.data));
    });
    socket.addEventListener("close", () => {
      if (ended) return;
      onStatus("reconnecting");
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  }

  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket.close();
  };
}

function asSocket(address) {
  const url = new URL(address);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}
