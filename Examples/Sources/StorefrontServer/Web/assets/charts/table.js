// A chart's figures as a table, made only while it is open.

import { h, replace } from "../common/dom.js";

/** Appends a closed table to `parent`; the function it returns takes how to make the rows. */
export function tableOnDemand(parent, caption, titles) {
  const body = h("tbody");
  const table = h("table", null, h("caption", { class: "visually-hidden" }, caption),
    h("thead", null, h("tr", null, titles.map((title, index) =>
      h("th", { scope: "col", class: index ? "number" : null }, title)))), body);
  let make = () => [];
  const fill = () => replace(body, make().map((cells) => h("tr", null, cells.map((cell, index) =>
    index ? h("td", { class: "number" }, cell) : h("th", { scope: "row" }, cell)))));
  const details = h("details", { class: "as-table", toggle: () => details.open && fill() },
    h("summary", null, "Show as a table"), h("div", null, table));
  parent.append(details);
  return (rows) => {
    make = rows;
    if (details.open) fill();
  };
}
