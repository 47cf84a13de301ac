// Several small plots over one time axis, read together: by pointer, by arrow keys, or as a table.

import { h, s, setText } from "../common/dom.js";
import { roundScale } from "./scale.js";
import { tableOnDemand } from "./table.js";

const left = 48, right = 8, gap = 30, top = 20, axis = 18;

/**
 * A series is `{title, mark: "bar"|"line"|"area", value(point), format, height}`; a point's time is `start`. The
 * last point is still filling, and drawn so. `time` writes one as `axis` for the axis, as `full` elsewhere.
 */
export class TimeChart {
  #series; #time; #plot; #readout; #cross; #table; #size;
  #points = [];
  #chosen = null;

  constructor(parent, label, series, time) {
    this.#series = series;
    this.#time = time;
    this.#plot = h("div", {
      class: "plot", tabindex: "0", role: "group", "aria-label": `${label}. Left and right arrows read single values.`,
      keydown: (event) => this.#key(event),
      pointermove: (event) => this.#point(event),
      pointerleave: () => this.#choose(null),
      blur: () => this.#choose(null),
    });
    this.#readout = h("output", { class: "readout" });
    parent.replaceChildren(this.#plot, this.#readout);
    this.#table = tableOnDemand(parent, label, ["Time", ...series.map((each) => each.title)]);
    new ResizeObserver(() => this.#draw()).observe(this.#plot);
  }

  show(points) {
    this.#points = points;
    this.#draw();
    this.#table(() => points.toReversed().map((point) =>
      [this.#time.full(point.start), ...this.#series.map((series) => series.format(series.value(point)))]));
  }

  #draw() {
    const width = this.#plot.clientWidth;
    if (!width || !this.#points.length) return;
    const height = top + this.#series.reduce((sum, each) => sum + each.height + gap, 0) - gap + axis + 6;
    const slot = (width - left - right) / this.#points.length;
    this.#size = { width, height, slot };
    const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    let offset = top;
    for (const series of this.#series) {
      svg.append(this.#band(series, offset, width, slot));
      offset += series.height + gap;
    }
    svg.append(this.#times(offset - gap + axis, slot, width));
    this.#cross = s("line", { class: "cross", y1: top, y2: offset - gap, visibility: "hidden" });
    svg.append(this.#cross);
    this.#plot.replaceChildren(svg);
    this.#mark();
  }

  #band(series, offset, width, slot) {
    const values = this.#points.map((point) => series.value(point) ?? 0);
    const { end, ticks } = roundScale(Math.max(...values), 2);
    const y = (value) => offset + series.height - (value / end) * series.height;
    const x = (index) => left + slot * (index + 0.5);
    const group = s("g", null, s("text", { class: "title", x: 0, y: offset - 7 }, series.title));
    for (const tick of ticks) {
      group.append(
        s("line", { class: tick ? "grid-line" : "base-line", x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
        s("text", { x: left - 6, y: y(tick) + 3.5, "text-anchor": "end" }, series.tick?.(tick) ?? series.format(tick)));
    }
    const line = values.map((value, index) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`).join("L");
    if (series.mark === "bar") {
      values.forEach((value, index) => value > 0 && group.append(s("rect", {
        class: index === values.length - 1 ? "bar-mark partial" : "bar-mark",
        x: (x(index) - slot * 0.39).toFixed(1), width: Math.max(1, slot * 0.78).toFixed(1),
        y: y(value).toFixed(1), height: (y(0) - y(value)).toFixed(1), rx: Math.min(2, slot * 0.2),
      })));
    } else if (series.mark === "area") {
      group.append(s("path", { class: "area-mark", d: `M${x(0)} ${y(0)}L${line}L${x(values.length - 1)} ${y(0)}Z` }),
        s("path", { class: "area-edge area-mark-edge", d: `M${line}` }));
    } else {
      group.append(s("path", { class: "line-mark", d: `M${line}` }));
    }
    return group;
  }

  #times(y, slot, width) {
    const every = Math.max(1, Math.ceil(64 / slot));
    const group = s("g");
    for (let index = this.#points.length - 1; index >= 0; index -= every) {
      const x = left + slot * (index + 0.5);
      if (x < left + 16) break;
      group.append(s("text", { x: Math.min(x, width - 18), y, "text-anchor": "middle" }, this.#time.axis(this.#points[index].start)));
    }
    return group;
  }

  #point(event) {
    const x = event.clientX - this.#plot.getBoundingClientRect().left;
    const index = Math.floor((x - left) / (this.#size?.slot ?? 1));
    this.#choose(index >= 0 && index < this.#points.length ? index : null);
  }

  #key(event) {
    const last = this.#points.length - 1;
    const now = this.#chosen ?? last + (event.key === "ArrowLeft" ? 1 : 0);
    const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.#choose(Math.max(0, Math.min(last, next)));
  }

  #choose(index) {
    this.#chosen = index;
    this.#mark();
  }

  #mark() {
    const point = this.#points[this.#chosen];
    if (!this.#cross) return;
    this.#cross.setAttribute("visibility", point ? "visible" : "hidden");
    if (!point) return setText(this.#readout, "");
    const x = left + this.#size.slot * (this.#chosen + 0.5);
    this.#cross.setAttribute("x1", x);
    this.#cross.setAttribute("x2", x);
    setText(this.#readout, [this.#time.full(point.start), ...this.#series.map((series) =>
      `${series.title.toLowerCase()} ${series.format(series.value(point))}`)].join(" · "));
  }
}
