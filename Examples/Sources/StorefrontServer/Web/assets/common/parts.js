// Small pieces that many tables share.

import { h } from "./dom.js";
import { productName } from "./format.js";

/** A product by its title, with the id below where they differ; leads to it in the shop. */
export function productLabel(product) {
  const name = productName(product);
  return h("span", null,
    h("a", { href: `/shop#/product/${encodeURIComponent(product.product)}`, class: "name" }, name),
    name === product.product ? null : h("span", { class: "id" }, product.product));
}

/** A figure with a bar for its part of the largest. */
export function metered(text, value, largest) {
  const part = largest > 0 ? Math.max(0, Math.min(1, value / largest)) * 100 : 0;
  return h("span", null, text, h("span", { class: "meter", "aria-hidden": "true" }, h("i", { "width%": part.toFixed(1) })));
}

/** How a rank has moved. */
export function movement(rank, previous) {
  if (previous == null) return h("span", { class: "move new" }, "new");
  const up = previous - rank;
  if (up === 0) return h("span", { class: "move" }, "–", h("span", { class: "visually-hidden" }, " unchanged"));
  return h("span", { class: `move ${up > 0 ? "up" : "down"}` },
    h("span", { "aria-hidden": "true" }, up > 0 ? "▲ " : "▼ "),
    h("span", { class: "visually-hidden" }, up > 0 ? "up by " : "down by "), String(Math.abs(up)));
}

/** Types of events as colours and short names: `page`, `view`, `cart`. */
const shortNames = {
  page_view: "page", add_to_cart: "cart", remove_from_cart: "uncart", add_to_favourites: "fav",
};
const known = new Set(["page", "view", "search", "cart", "uncart", "fav", "purchase", "click", "scroll"]);
export const typeName = (type) => shortNames[type] ?? type;
export const typeClass = (type) => `type-${known.has(typeName(type)) ? typeName(type) : "other"}`;
export const typeLabel = (type) =>
  h("span", null, h("i", { class: `dot ${typeClass(type)}`, "aria-hidden": "true" }), type);

/** A path of event types. */
export const trail = (path) => h("span", { class: "trail" },
  path.map((type) => h("span", { class: "step" }, h("i", { class: `dot ${typeClass(type)}`, "aria-hidden": "true" }), type)));

/** The pairs of a description list, updated in place. */
export function showFacts(list, facts) {
  facts.forEach(([name, value], index) => {
    let pair = list.children[index];
    if (!pair) {
      pair = h("div", null, h("dt"), h("dd"));
      list.append(pair);
    }
    if (pair.firstChild.textContent !== name) pair.firstChild.textContent = name;
    const text = String(value);
    if (pair.lastChild.textContent !== text) pair.lastChild.textContent = text;
  });
  while (list.children.length > facts.length) list.lastChild.remove();
}
