// A flow from types of events to the types that follow them: bands as wide as they are frequent.

import { empty, h, s, setText } from "../common/dom.js";
import { compact, count, percent } from "../common/format.js";
import { typeClass } from "../common/parts.js";
import { tableOnDemand } from "./table.js";

const node = 12, space = 8, side = 92;

export class Sankey {
  #plot; #readout; #table; #drawn = "";
  #transitions = [];

  constructor(parent, label) {
    this.#plot = h("div", { role: "group", "aria-label": label });
    this.#readout = h("output", { class: "readout" });
    parent.replaceChildren(this.#plot, this.#readout);
    this.#table = tableOnDemand(parent, label, ["From", "To", "Times"]);
    new ResizeObserver(() => this.#draw()).observe(this.#plot);
  }

  /** `transitions` are `{from, to, count}`. */
  show(transitions) {
    this.#transitions = transitions.filter((each) => each.count > 0).sort((a, b) => b.count - a.count);
    this.#draw();
    this.#table(() => this.#transitions.map((each) => [each.from, each.to, count(each.count)]));
  }

  #draw() {
    const width = Math.min(this.#plot.clientWidth, 1100);
    // A band that has the focus must not be drawn away under it for a few more events.
    if (!width || this.#plot.contains(document.activeElement)) return;
    const state = JSON.stringify([width, this.#transitions]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    if (!this.#transitions.length) return this.#plot.replaceChildren(empty("Nobody has made two steps yet."));
    const layout = placed(this.#transitions, width);
    const svg = s("svg", { class: "sankey", viewBox: `0 0 ${width} ${layout.height}` });
    for (const band of layout.bands) svg.append(this.#band(band));
    for (const each of [...layout.from, ...layout.to]) svg.append(nodeMark(each, width, layout.total));
    this.#plot.replaceChildren(svg);
  }

  #band({ from, to, path, transition }) {
    const text = `${transition.from} then ${transition.to}: ${count(transition.count)} times, `
      + `${percent(transition.count / from.count)} of what follows ${transition.from}`;
    const read = () => setText(this.#readout, text);
    return s("path", {
      class: `band ${typeClass(from.name)}`, d: path, tabindex: "0", role: "img", "aria-label": text,
      pointerenter: read, focus: read, "data-to": to.name,
    });
  }
}

function nodeMark(each, width, total) {
  const right = each.side === "to";
  const label = right ? width - side + node + 6 : side - node - 6;
  return s("g", { "aria-hidden": "true" },
    s("rect", { class: typeClass(each.name), x: right ? width - side : side - node, y: each.y, width: node, height: Math.max(1, each.size), rx: 2 }),
    s("text", { x: label, y: each.y + each.size / 2 + (each.size > 26 ? -2 : 4), "text-anchor": right ? "start" : "end" }, each.name),
    each.size > 26 ? s("text", { class: "count", x: label, y: each.y + each.size / 2 + 12, "text-anchor": right ? "start" : "end" },
      `${compact(each.count)} · ${percent(each.count / total)}`) : null);
}

/** Where everything goes: nodes by size on both sides, bands in the order of their other ends. */
function placed(transitions, width) {
  const total = transitions.reduce((sum, each) => sum + each.count, 0);
  const column = (sideName) => {
    const counts = new Map();
    for (const each of transitions) counts.set(each[sideName], (counts.get(each[sideName]) ?? 0) + each.count);
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .map(([name, sum]) => ({ name, count: sum, side: sideName, used: 0 }));
  };
  const from = column("from"), to = column("to");
  const rows = Math.max(from.length, to.length, 1);
  const body = Math.max(220, rows * 34);
  const height = body + (rows - 1) * space;
  for (const nodes of [from, to]) {
    // Even a rare type stays tall enough to be read.
    const least = 14;
    const scale = (body - nodes.length * least) / Math.max(total, 1);
    const used = nodes.length * least + total * scale + (nodes.length - 1) * space;
    let y = (height - used) / 2;
    for (const each of nodes) {
      each.size = least + each.count * scale;
      each.y = y;
      y += each.size + space;
    }
  }
  const find = (nodes, name) => nodes.find((each) => each.name === name);
  const order = transitions.map((transition) => ({
    transition, from: find(from, transition.from), to: find(to, transition.to),
  })).sort((a, b) => a.from.y - b.from.y || a.to.y - b.to.y);
  for (const band of order) {
    band.leftSize = band.from.size * band.transition.count / band.from.count;
    band.leftY = band.from.y + band.from.used;
    band.from.used += band.leftSize;
  }
  for (const band of order.toSorted((a, b) => a.to.y - b.to.y || a.from.y - b.from.y)) {
    band.rightSize = band.to.size * band.transition.count / band.to.count;
    band.rightY = band.to.y + band.to.used;
    band.to.used += band.rightSize;
    band.path = ribbon(side, band.leftY, band.leftSize, width - side, band.rightY, band.rightSize);
  }
  return { from, to, bands: order, height, total };
}

function ribbon(x1, y1, size1, x2, y2, size2) {
  const middle = (x1 + x2) / 2;
  const n = (value) => value.toFixed(1);
  return `M${x1} ${n(y1)}C${middle} ${n(y1)} ${middle} ${n(y2)} ${x2} ${n(y2)}V${n(y2 + size2)}`
    + `C${middle} ${n(y2 + size2)} ${middle} ${n(y1 + size1)} ${x1} ${n(y1 + size1)}Z`;
}
