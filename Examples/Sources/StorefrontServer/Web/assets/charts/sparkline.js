// A line without axes: how a figure has gone in the last minutes.

import { s } from "../common/dom.js";

export class Sparkline {
  #values = [];
  #capacity; #line; #area; #svg; #label;

  constructor(parent, label, capacity = 120) {
    this.#capacity = capacity;
    this.#label = label;
    this.#line = s("path", { class: "spark-line" });
    this.#area = s("path", { class: "spark-area" });
    this.#svg = s("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img", "aria-label": label },
      this.#area, this.#line);
    parent.replaceChildren(this.#svg);
  }

  /** Adds a value; the oldest leaves. */
  add(value) {
    this.#values.push(value);
    if (this.#values.length > this.#capacity) this.#values.shift();
    const values = this.#values;
    const largest = Math.max(...values, 1e-9);
    // Few values fill the width as well: the line grows finer rather than longer.
    const step = 100 / Math.max(values.length - 1, 1);
        const points = values.map((each, index) =>
      `${(index * step).toFixed(2)} ${(38 - (each / largest) * 34).toFixed(2)}`);
    this.#line.setAttribute("d", `M${points.join("L")}`);
    this.#area.setAttribute("d", `M0 40L${points.join("L")}L100 40Z`);
    this.#svg.setAttribute("aria-label",
      `${this.#label}: now ${value.toFixed(0)}, between ${Math.min(...values).toFixed(0)} and ${largest.toFixed(0)}`);
  }
}
