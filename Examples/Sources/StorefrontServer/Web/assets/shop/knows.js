// What the shop knows of the visitor: asked for after every event, and now and then.

import { request, segment, token } from "../common/api.js";
import { byId, h, setText } from "../common/dom.js";
import { money, productName, time } from "../common/format.js";
import { typeLabel } from "../common/parts.js";
import { bases, reasons } from "../common/reasons.js";
import { keepRows } from "../common/rows.js";
import { Watch } from "../common/watch.js";
import { tracker } from "./track.js";
import { newId, visitor } from "./visitor.js";

export function showWhatTheShopKnows() {
  const watches = [
    new Watch(() => `/users/${segment(visitor.id)}/history`, 1000, showHistory, () => showHistory({ products: [] })),
    new Watch(() => `/recommendations/${segment(visitor.id)}?limit=8`, 1000, showRecommendations,
      () => showRecommendations({ products: [] })),
  ];
  for (const watch of watches) watch.start();
  const refresh = () => watches.forEach((watch) => watch.refresh());
  visitor.addEventListener("change", refresh);
  tracker.addEventListener("change", () => {
    showSent();
    // Kept a moment ago: visible in a moment.
    if (tracker.sent[0]?.status === "accepted") setTimeout(refresh, 60);
  });
  byId("history").addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    await request(`/users/${segment(visitor.id)}/history/${segment(button.dataset.product)}`, { method: "DELETE" })
      .then(() => setText(byId("announcer"), "Deleted from the history."), (error) => setText(byId("announcer"), `Not deleted: ${error.message}.`));
    refresh();
  });
  prepareVisitor();
}

function prepareVisitor() {
  const form = byId("visitor-form"), input = byId("visitor");
  input.value = visitor.id;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    visitor.become(input.value.trim() || visitor.id);
  });
  byId("visitor-new").addEventListener("click", () => {
    input.value = visitor.become(`visitor-${newId().slice(0, 6)}`);
  });
  byId("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    token.set(byId("token").value);
  });
}

const link = (product) => h("a", { href: `#/product/${segment(product.product)}` }, productName(product));
const line = () => h("li", null, h("p", { class: "line" }), h("p", { class: "hint" }));

function showRecommendations({ basis, products }) {
  setText(byId("basis"), bases[basis] ?? "");
  keepRows(byId("recommended"), products, (item) => item.product, (item) => {
    const row = line();
    row.firstChild.append(link(item), h("span", { class: "quiet" }, money(item.price)));
    return row;
  }, (row, item) => setText(row.lastChild, [item.category, reasons[item.reason] ?? item.reason].filter(Boolean).join(" · ")));
}

function showHistory({ products }) {
  byId("history-none").hidden = products.length > 0;
  keepRows(byId("history"), products, (item) => item.product, (item) => {
    const row = line();
    row.firstChild.append(link(item), h("button", {
      type: "button", class: "link", "data-product": item.product, "aria-label": `Delete ${productName(item)} from the history`,
    }, "Delete"));
    return row;
  }, (row, item) => setText(row.lastChild, [item.category, time(item.time)].filter(Boolean).join(" · ")));
}

const words = { sending: "sending…", accepted: "kept" };

function showSent() {
  keepRows(byId("sent"), tracker.sent, (entry) => entry.event.event_id, (entry) => h("li", { class: "fresh" },
    h("p", { class: "line" }, typeLabel(entry.event.type), h("span", { class: "tag" }))), (row, entry) => {
    const tag = row.firstChild.lastChild;
    const why = entry.errors?.map((error) => `${error.field} ${error.problem}`).join("; ");
    tag.className = `tag ${entry.status === "accepted" ? "good" : entry.status === "sending" ? "" : "warn"}`;
    setText(tag, [words[entry.status] ?? entry.status, entry.millis != null && `${Math.round(entry.millis)} ms`, why].filter(Boolean).join(" · "));
  });
}
