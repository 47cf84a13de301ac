// How visitors move through the shop.

import { byId, h } from "../common/dom.js";
import { compact } from "../common/format.js";
import { metered, trail } from "../common/parts.js";
import { Table } from "../common/rows.js";
import { Watch } from "../common/watch.js";
import { showFunnels } from "../charts/funnel.js";
import { Sankey } from "../charts/sankey.js";
import { ranked } from "./rankings.js";

export function activities() {
  const flow = new Sankey(byId("flow"), "Which events follow which");
  const countColumn = { title: "Times", number: true, cell: (item) => metered(compact(item.count), ...item.part) };
  const paths = new Table(byId("paths"), "Most frequent paths", [
    { title: "Path", cell: (item) => trail(item.path) }, countColumn,
  ], (item) => item.path.join(" "), "No session has ended yet.");
  const pages = new Table(byId("page-moves"), "Moves between pages", [
    { title: "From", cell: (item) => h("span", { class: "name" }, item.from) },
    { title: "To", cell: (item) => h("span", { class: "name" }, item.to) }, countColumn,
  ], (item) => `${item.from} ${item.to}`, "No moves between pages yet.");
  const counted = (items) => ranked(items, (item) => item.count);
  return [
    new Watch(() => "/journeys?limit=20", 1500, (journeys) => {
      flow.show(journeys.transitions);
      paths.show(counted(journeys.paths.slice(0, 12)));
      pages.show(counted(journeys.pages.slice(0, 12)));
    }),
    new Watch(() => "/funnels", 1500, ({ funnels }) => showFunnels(byId("funnels"), funnels)),
  ];
}
