// One person's line to one local server: the view stream, and acting.

import { BASE, post, postFiles } from "./http.js";
import { watch } from "./socket.js";

export class Line {
  #stop = () => {};
  #frame;
  #place;
  #form;

  /** `place` is "discord" or "telegram"; `form(fields, files)` gives what goes with files. */
  constructor(place, frame, form) {
    this.#place = place;
    this.#frame = frame;
    this.#form = form;
    this.person = null;
    this.view = null;
  }

  /** Look as `person`; `onView(first)` runs at each change of `this.view`. */
  open(person, onView) {
    this.#stop();
    Object.assign(this, { person, view: null });
    this.#frame.show("connecting");
    const address = new URL(`${this.#place}/stream?person=${encodeURIComponent(person)}`, BASE);
    this.#stop = watch(address, {
      onView: (view) => {
        const first = !this.view;
        this.view = view;
        this.#frame.body.hidden = false;
        onView(first);
      },
      onStatus: (status) => this.#frame.status(status),
    });
  }

  /** What the server answered, or null; then the pane says why. */
  async act(kind, fields, files = []) {
    const path = `${this.#place}/act`;
    const whole = { person: this.person, kind, ...fields };
    const { texts, part } = this.#form(whole);
    try {
      const said = await (files.length ? postFiles(path, texts, files, part) : post(path, whole));
      this.#frame.fail("");
      return said;
    } catch (error) {
      this.#frame.fail(error.message);
      return null;
    }
  }
}
