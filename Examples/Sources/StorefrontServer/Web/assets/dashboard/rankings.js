// The tables of products and pages.

import { h } from "../common/dom.js";
import { compact, count, money, percent } from "../common/format.js";
import { metered, movement, productLabel } from "../common/parts.js";
import { reasons } from "../common/reasons.js";
import { Table } from "../common/rows.js";

const byProduct = (item) => item.product;

/** Fills in ranks and the largest value, which single rows need. */
export function ranked(items, value) {
  const largest = Math.max(0, ...items.map(value));
  return items.map((item, index) => ({ ...item, rank: item.rank ?? index + 1, part: [value(item), largest] }));
}

const rankColumn = { title: "#", narrow: true, cell: (item) => h("span", { class: "rank" }, String(item.rank)) };
const productColumn = { title: "Product", cell: productLabel };
const meteredColumn = (title, text) =>
  ({ title, number: true, cell: (item) => metered(text(item), ...item.part) });

export function trendingTable(parent) {
  const table = new Table(parent, "Trending products", [
    rankColumn,
    { title: "Moved", narrow: true, cell: (item) => movement(item.rank, item.previous_rank) },
    productColumn,
    meteredColumn("Views", (item) => compact(item.views)),
  ], byProduct, "No product has been looked at in the last hour.");
  return (items) => table.show(ranked(items, (item) => item.views));
}

export function cartedTable(parent) {
  const table = new Table(parent, "Products most added to cart", [
    rankColumn, productColumn,
    { title: "Users", number: true, cell: (item) => compact(item.users) },
    meteredColumn("Additions", (item) => compact(item.additions)),
  ], byProduct, "Nothing has been added to a cart yet.");
  return (items) => table.show(ranked(items, (item) => item.additions));
}

export function bestSellerTable(parent) {
  const table = new Table(parent, "Best sellers", [
    rankColumn, productColumn,
    { title: "Units", number: true, cell: (item) => compact(item.units) },
    meteredColumn("Buyers", (item) => compact(item.buyers)),
  ], byProduct, "Nothing has been sold here yet.");
  return (items) => table.show(ranked(items, (item) => item.buyers));
}

export function pagesTable(parent) {
  const table = new Table(parent, "Popular pages", [
    { title: "Page", cell: (item) => h("span", { class: "name" }, item.page) },
    { title: "Clicks", number: true, cell: (item) => compact(item.clicks) },
    { title: "per view", number: true, optional: true, cell: (item) => percent(item.views ? item.clicks / item.views : null) },
    meteredColumn("Views", (item) => compact(item.views)),
  ], (item) => item.page, "No page has been viewed yet.");
  return (items) => table.show(ranked(items, (item) => item.views));
}

export function productTable(parent, caption, { reason = false, none } = {}) {
  const table = new Table(parent, caption, [
    productColumn,
    { title: "Category", optional: true, cell: (item) => item.category ?? "–" },
    { title: "Price", number: true, cell: (item) => money(item.price) },
    ...(reason ? [{ title: "Because", cell: (item) => reasons[item.reason] ?? item.reason ?? "–" }] : []),
  ], byProduct, none);
  return (items) => table.show(items);
}

/** Names with counts: types, categories, words. */
export function countTable(parent, caption, title, name, none) {
  const table = new Table(parent, caption, [
    { title, cell: (item) => item.label ?? name(item) },
    meteredColumn("Events", (item) => count(item.events)),
  ], name, none);
  return (items) => table.show(ranked(items, (item) => item.events));
}
