// Asks for something again and again, as long as somebody looks.

import { request } from "./api.js";
import { connection } from "./connection.js";

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

async function pageVisible() {
  while (document.hidden) {
    await new Promise((resolve) =>
      document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

/**
 * Shows what `url()` answers about every `every` milliseconds while the watch is on, the page is visible and
 * the server is there. A slow server is asked less often; one that refuses, less and less.
 */
export class Watch {
  #url; #every; #show; #failed;
  // Each start and stop begins a turn of its own; a loop of an older one ends.
  #turn = 0;
  #on = false;
  #wake = () => {};

  constructor(url, every, show, failed = () => {}) {
    this.#url = url;
    this.#every = every;
    this.#show = show;
    this.#failed = failed;
  }

  start() {
    this.#wake();
    this.#on = true;
    this.#run(++this.#turn);
  }

  stop() {
    this.#on = false;
    this.#turn++;
    this.#wake();
  }

  /** Asks at once: what is looked for has changed. */
  refresh() {
    if (this.#on) this.start();
  }

  async #run(turn) {
    let refused = 0;
    while (turn === this.#turn) {
      await pageVisible();
      await connection.live();
      if (turn !== this.#turn) return;
      const url = this.#url();
      let wait = this.#every;
      if (url) {
        const began = performance.now();
        try {
          const value = await request(url);
          if (turn !== this.#turn) return;
          refused = 0;
          this.#show(value);
        } catch (error) {
          if (!("status" in error)) throw error;
          if (turn !== this.#turn) return;
          if (error.isOutage) connection.doubt(error);
          else this.#failed(error);
          wait = Math.max(error.retryAfter * 1000, Math.min(this.#every * 2 ** ++refused, 30_000));
          if (error.isOutage) wait = this.#every;
        }
        wait = Math.max(wait, 3 * (performance.now() - began));
      }
      await Promise.race([pause(wait), new Promise((resolve) => { this.#wake = resolve; })]);
    }
  }
}
