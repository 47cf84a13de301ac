// The running topology: what each operator does, and whether the whole keeps up.

import { byId, h, replace, setText } from "../common/dom.js";
import { bytes, compact, count, duration, percent, rate, time } from "../common/format.js";
import { showFacts } from "../common/parts.js";
import { Table } from "../common/rows.js";
import { Watch } from "../common/watch.js";
import { TopologyGraph } from "../charts/topology.js";

let chosen = null, newest = null;

export function activities() {
  const graph = new TopologyGraph(byId("topology"), (name) => {
    chosen = name;
    showOperator();
  });
  byId("zoom-in").addEventListener("click", () => graph.zoom(1.25));
  byId("zoom-out").addEventListener("click", () => graph.zoom(0.8));
  byId("zoom-fit").addEventListener("click", () => graph.zoom(null));
  const details = byId("operators-table");
  const table = operatorTable(details.querySelector("div"));
  details.addEventListener("toggle", () => details.open && newest && table.show(newest.operators));
  return [new Watch(() => "/topology", 1000, (topology) => {
    newest = topology;
    showFacts(byId("system-facts"), facts(topology));
    graph.show(topology);
    showOperator();
    byId("explanation").hidden = !topology.explanation;
    setText(byId("explanation").querySelector("pre"), topology.explanation ?? "");
    if (details.open) table.show(topology.operators);
  })];
}

function facts({ operators, edges, checkpoint }) {
  const incoming = new Set(edges.map((edge) => edge.to));
  const sources = operators.filter((each) => !incoming.has(each.name));
  const busiest = operators.reduce((a, b) => ((b.busy ?? 0) > (a?.busy ?? -1) ? b : a), null);
  const fullest = Math.max(0, ...edges.map((edge) => edge.fill ?? 0));
  const lags = operators.map((each) => each.watermark_lag_ms).filter((lag) => lag != null);
  return [
    ["Events in", `${rate(sources.reduce((sum, each) => sum + (each.emitted_per_second ?? 0), 0))}/s`],
    ["Busiest operator", busiest ? `${busiest.name}, ${percent(busiest.busy)}` : "–"],
    ["Fullest queue", percent(fullest)],
    ["Watermark lag", lags.length ? duration(Math.max(...lags)) : "–"],
    ["Checkpoint", checkpoint ? `#${checkpoint.id}, ${duration(checkpoint.age_ms)} ago` : "none yet"],
    ["Checkpoint took", checkpoint ? `${duration(checkpoint.duration_ms)}, pause ${duration(checkpoint.pause_ms)}` : "–"],
    ["Checkpoint size", bytes(checkpoint?.bytes)],
    ["Failures", count(checkpoint?.failures ?? 0)],
  ];
}

function showOperator() {
  const operator = newest?.operators.find((each) => each.name === chosen);
  if (!operator) return;
  setText(byId("operator-title"), operator.name);
  const inputs = newest.edges.filter((edge) => edge.to === operator.name);
  const outputs = newest.edges.filter((edge) => edge.from === operator.name);
  const pairs = [
    ["Does", operator.label || "–"],
    ["Received", `${count(operator.received)} · ${rate(operator.received_per_second)}/s`],
    ["Emitted", `${count(operator.emitted)} · ${rate(operator.emitted_per_second)}/s`],
    ["Filtered out", count(operator.filtered)],
    ["Late", count(operator.late)], ["Failed", count(operator.failed)],
    ["Busy", percent(operator.busy)], ["Blocked", percent(operator.blocked)], ["Idle", percent(operator.idle)],
    ["Keys of state", compact(operator.state)],
    ["Watermark", operator.watermark == null ? "–" : time(operator.watermark)],
    ["Watermark lag", duration(operator.watermark_lag_ms)],
    ...inputs.map((edge) => [`Queue from ${edge.from}`, queue(edge)]),
    ...outputs.map((edge) => [`Queue to ${edge.to}`, queue(edge)]),
  ];
  replace(byId("operator-body"), h("dl", null, pairs.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)])));
}

const queue = (edge) => (edge.fill == null ? "direct" : `${count(edge.queued)} of ${count(edge.capacity)}`);

function operatorTable(parent) {
  const figure = (title, text, optional) => ({ title, number: true, optional, cell: text });
  return new Table(parent, "Operators", [
    { title: "Operator", cell: (item) => item.name },
    figure("In/s", (item) => rate(item.received_per_second)), figure("Out/s", (item) => rate(item.emitted_per_second)),
    figure("Busy", (item) => percent(item.busy)), figure("Blocked", (item) => percent(item.blocked)),
    figure("Late", (item) => count(item.late), true), figure("Failed", (item) => count(item.failed), true),
    figure("Keys", (item) => compact(item.state), true), figure("Lag", (item) => duration(item.watermark_lag_ms), true),
  ], (item) => item.name);
}
