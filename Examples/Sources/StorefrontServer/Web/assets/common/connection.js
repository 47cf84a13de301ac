// Whether the server can be asked. While it cannot, everything else waits here, and one probe looks for it.

import { request } from "./api.js";

/** "connecting", "live", "recovering" (with `progress`) or "lost". Tells of each change by a "change" event. */
class Connection extends EventTarget {
  state = "connecting";
  progress = 0;
  behind = 0;
  #probing = false;

  get isLive() { return this.state === "live"; }

  /** A request found the server away, or busy: only the probe knows which. */
  doubt(error) {
    if (error.status === 0 && this.state !== "connecting") this.#become("lost");
    this.probe();
  }

  /** Asks until the server is ready: every half second at first, then less often. */
  async probe() {
    if (this.#probing) return;
    this.#probing = true;
    for (let wait = 500; ; wait = Math.min(wait * 1.3, 4000)) {
      const state = await this.#ask();
      this.#become(state);
      if (state === "live") break;
      await new Promise((resolve) => setTimeout(resolve, state === "recovering" ? 500 : wait));
    }
    this.#probing = false;
  }

  /** Returns once the server is ready. */
  async live() {
    while (!this.isLive) {
      await new Promise((resolve) => this.addEventListener("change", resolve, { once: true }));
    }
  }

  async #ask() {
    try {
      await request("/readyz", { timeout: 3000 });
      return "live";
    } catch (error) {
      if (error.status !== 503 || !("progress" in error.problem)) return "lost";
      this.progress = error.problem.progress;
      this.behind = error.problem.behind ?? 0;
      return "recovering";
    }
  }

  #become(state) {
    if (state === this.state && state !== "recovering") return;
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}

export const connection = new Connection();
