// The figures that most sections show, asked for once a second for all of them.

import { address } from "../common/api.js";
import { Watch } from "../common/watch.js";

class Analysis extends EventTarget {
  /** The newest answer. */
  figures = null;
  /** How many minutes back the reader looks; 0 is now. */
  minutesBack = 0;
  /** When the last answer came, and when one last differed from the one before, by `performance.now()`. */
  answeredAt = performance.now();
  movedAt = performance.now();
  #newest = 0;
  #watch = new Watch(() => this.#url(), 1000, (figures) => this.#show(figures));

  start() { this.#watch.start(); }

  lookBack(minutes) {
    this.minutesBack = minutes;
    this.#watch.refresh();
  }

  #url() {
    const back = this.minutesBack;
    // Times are those of the events, which a replay has long ago.
    return address("/analyze", { limit: 15, at: back ? this.#newest - back * 60_000 : null });
  }

  #show(figures) {
    const now = performance.now();
    if (figures.events?.total !== this.figures?.events?.total) this.movedAt = now;
    this.answeredAt = now;
    if (!this.minutesBack) this.#newest = figures.as_of;
    this.figures = figures;
    this.dispatchEvent(new Event("change"));
  }
}

export const analysis = new Analysis();

/** An activity that shows the figures whenever there are new ones. */
export function showing(show) {
  const update = () => analysis.figures && show(analysis.figures);
  return {
    start() {
      analysis.addEventListener("change", update);
      update();
    },
    stop() { analysis.removeEventListener("change", update); },
  };
}
