// The running topology as a graph: what each operator does, how busy it is, and where queues fill up.

import { s, setAttribute, setText } from "../common/dom.js";
import { compact, duration, percent, rate } from "../common/format.js";
import { layered, size } from "./layers.js";

/** A text that fits into so many characters. */
const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** A watermark this far behind the source is worth a look. */
const laggingMillis = 60_000;

export class TopologyGraph {
  #view; #chosen; #choose; #shape = ""; #layout; #svg;
  #operators = new Map();
  #edges = new Map();
  #zoom = null;

  /** `choose(name)` is called when the reader selects an operator. */
  constructor(view, choose) {
    this.#view = view;
    this.#choose = choose;
    new ResizeObserver(() => this.#scale()).observe(view);
  }

  show(topology) {
    const shape = JSON.stringify([topology.operators.map((each) => each.name), topology.edges.map((each) => [each.from, each.to])]);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#build(topology);
    }
    for (const operator of topology.operators) this.#figures(this.#operators.get(operator.name), operator);
    for (const edge of topology.edges) this.#queue(this.#edges.get(`${edge.from}\n${edge.to}`), edge);
  }

  /** Zooms by a factor; without one, the width fits, as long as text can still be read. */
  zoom(factor) {
    this.#zoom = factor ? Math.max(0.3, Math.min(2, (this.#zoom ?? this.#fit()) * factor)) : null;
    this.#scale();
  }

  select(name) {
    this.#chosen = name;
    for (const [other, parts] of this.#operators) setAttribute(parts.group, "aria-pressed", String(other === name));
    for (const [key, parts] of this.#edges) {
      parts.path.classList.toggle("chosen", key.split("\n").includes(name));
    }
    this.#choose(name);
  }

  #fit() {
    return Math.max(0.75, Math.min(1, (this.#view.clientWidth - 2) / this.#layout.width));
  }

  #scale() {
    if (!this.#layout || !this.#view.clientWidth) return;
    const zoom = this.#zoom ?? this.#fit();
    this.#svg.setAttribute("width", Math.round(this.#layout.width * zoom));
    this.#svg.setAttribute("height", Math.round(this.#layout.height * zoom));
  }

  #build(topology) {
    this.#layout = layered(topology.operators.map((each) => each.name), topology.edges);
    const { places, width, height } = this.#layout;
    this.#svg = s("svg", { viewBox: `0 0 ${width} ${height}` });
    this.#edges = new Map();
    for (const edge of topology.edges) {
      const a = places.get(edge.from), b = places.get(edge.to);
      if (!a || !b) continue;
      const x1 = a.x + size.width, y1 = a.y + size.height / 2, x2 = b.x, y2 = b.y + size.height / 2;
      const bend = Math.min(80, (x2 - x1) / 2);
      const path = s("path", { class: "edge", d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` }, s("title"));
      const label = s("text", { class: "edge-label", x: x2 - 6, y: y2 - 5, "text-anchor": "end" });
      this.#svg.append(path, label);
      this.#edges.set(`${edge.from}\n${edge.to}`, { path, label });
    }
    this.#operators = new Map(topology.operators.map((each) => [each.name, this.#operator(each, places.get(each.name))]));
    this.#svg.append(...[...this.#operators.values()].map((parts) => parts.group));
    this.#view.replaceChildren(this.#svg);
    this.#scale();
    // Begin where the events come in.
    const source = places.get(topology.operators[0]?.name);
    if (source) this.#view.scrollTop = source.y * (this.#zoom ?? this.#fit()) - this.#view.clientHeight / 2;
  }

  #operator(operator, { x, y }) {
    const bar = (kind) => s("rect", { class: kind, y: size.height - 8, height: 5 });
    const parts = {
      rate: s("text", { class: "figures-text", x: 10, y: 47 }),
      lag: s("text", { class: "figures-text", x: size.width - 10, y: 47, "text-anchor": "end" }),
      busy: bar("busy"), blocked: bar("blocked"), idle: bar("idle"),
    };
    const { name, label } = operator;
    const choose = () => this.select(operator.name);
    parts.group = s("g", {
      class: "operator", transform: `translate(${x} ${y})`, role: "button", tabindex: "0", "aria-pressed": "false", click: choose,
      keydown: (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          choose();
        } else this.#walk(event, operator.name);
      },
    }, s("title", null, `${name}: ${label}`), s("rect", { class: "box", width: size.width, height: size.height, rx: 7 }),
    s("text", { class: "title", x: 10, y: 19 }, cut(name, 24)),
    s("text", { class: "figures-text", x: 10, y: 32 }, cut(label ?? "", 30)),
    parts.rate, parts.lag, parts.busy, parts.blocked, parts.idle);
    return parts;
  }

  /** Arrow keys go to the nearest operator on that side. */
  #walk(event, name) {
    const here = this.#layout.places.get(name);
    const toward = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (!toward) return;
    event.preventDefault();
    let best, least = Infinity;
    for (const [other, place] of this.#layout.places) {
      const dx = place.x - here.x, dy = place.y - here.y;
      const along = dx * toward[0] + dy * toward[1];
      const aside = Math.abs(dx * toward[1]) + Math.abs(dy * toward[0]);
      if (along > 1 && along + 2 * aside < least) [best, least] = [other, along + 2 * aside];
    }
    if (best) this.#operators.get(best).group.focus();
  }

  #figures(parts, operator) {
    if (!parts) return;
    const received = operator.received_per_second ?? 0, emitted = operator.emitted_per_second ?? 0;
    setText(parts.rate, `${rate(received || emitted)}/s${operator.state ? ` · ${compact(operator.state)} keys` : ""}`);
    const lag = operator.watermark_lag_ms;
    setText(parts.lag, lag != null && lag >= 1000 ? `lag ${duration(lag)}` : "");
    parts.lag.classList.toggle("lagging", lag >= laggingMillis);
    const busy = Math.min(1, operator.busy ?? 0), blocked = Math.min(1 - busy, operator.blocked ?? 0);
    const length = size.width - 20;
    let x = 10;
    for (const [kind, part] of [["busy", busy], ["blocked", blocked], ["idle", 1 - busy - blocked]]) {
      setAttribute(parts[kind], "x", x.toFixed(1));
      setAttribute(parts[kind], "width", (part * length).toFixed(1));
      x += part * length;
    }
    setAttribute(parts.group, "aria-label",
      `${operator.name}: ${rate(received || emitted)} per second, busy ${percent(busy)}, blocked ${percent(blocked)}`);
  }

  #queue(parts, edge) {
    if (!parts) return;
    const fill = edge.fill;
    parts.path.classList.toggle("queue", fill != null);
    parts.path.classList.toggle("filling", fill >= 0.2 && fill < 0.8);
    parts.path.classList.toggle("full", fill >= 0.8);
    setText(parts.label, fill >= 0.05 ? percent(fill) : "");
    setText(parts.path.firstChild, fill == null ? `${edge.from} to ${edge.to}: handed over directly`
      : `${edge.from} to ${edge.to}: ${compact(edge.queued)} of ${compact(edge.capacity)} queued`);
  }
}
