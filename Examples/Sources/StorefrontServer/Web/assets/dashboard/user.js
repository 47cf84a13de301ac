// One user: what was viewed last, what is recommended, and when they came.

import { address, request, segment } from "../common/api.js";
import { byId, h, setText } from "../common/dom.js";
import { dateAndTime, duration, productName, time } from "../common/format.js";
import { productLabel } from "../common/parts.js";
import { bases } from "../common/reasons.js";
import { Table } from "../common/rows.js";
import { Watch } from "../common/watch.js";
import { productTable } from "./rankings.js";

let user = "";
let watches = [];

/** Shows this user, wherever the reader is. */
export function lookUp(id) {
  user = id;
  const form = byId("user-form");
  form.elements.user.value = id;
  byId("user-result").hidden = !id;
  for (const watch of watches) watch.refresh();
  form.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

export function userLookup() {
  const history = new Table(byId("user-history"), "Products viewed last", [
    { title: "Product", cell: productLabel },
    { title: "When", number: true, cell: (item) => time(item.time) },
    { title: "Forget", number: true, cell: (item) => h("button", {
      type: "button", class: "link", "aria-label": `Delete ${productName(item)} from the history`, click: () => forget(item.product),
    }, "Delete") },
  ], (item) => item.product, "Nothing viewed.");
  const recommendations = productTable(byId("user-recommendations"), "Recommended products", { reason: true, none: "No recommendations." });
  const sessions = new Table(byId("user-sessions"), "Sessions of the user", [
    { title: "Started", cell: (item) => dateAndTime(item.start) },
    { title: "Duration", number: true, cell: (item) => duration(item.duration_ms) },
    { title: "Events", number: true, cell: (item) => String(item.events) },
    { title: "State", cell: (item) => (item.converted ? "bought" : item.state) },
  ], (item) => item.id, "No sessions.");

  const path = (make) => () => (user ? make(segment(user)) : null);
  watches = [
    new Watch(path((id) => `/users/${id}/history`), 500, ({ products }) => history.show(products), () => history.show([])),
    new Watch(path((id) => `/recommendations/${id}?limit=10`), 1000, (answer) => {
      setText(byId("user-basis"), bases[answer.basis] ?? answer.basis);
      recommendations(answer.products);
    }, () => recommendations([])),
    new Watch(() => (user ? address("/sessions", { user, limit: 8 }) : null), 2000, (answer) => sessions.show(answer.sessions)),
  ];
  byId("user-form").addEventListener("submit", (event) => {
    event.preventDefault();
    lookUp(event.target.elements.user.value.trim());
  });
  return {
    start: () => watches.forEach((watch) => watch.start()),
    stop: () => watches.forEach((watch) => watch.stop()),
  };
}

async function forget(product) {
  try {
    await request(`/users/${segment(user)}/history/${segment(product)}`, { method: "DELETE" });
    setText(byId("announcer"), "Deleted from the history.");
  } catch (error) {
    setText(byId("announcer"), `Not deleted: ${error.message}.`);
  }
  for (const watch of watches) watch.refresh();
}
