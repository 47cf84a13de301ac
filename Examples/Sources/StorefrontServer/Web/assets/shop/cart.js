// The cart of this browser. The shop only sees the events.

import { byId, empty, h, setText } from "../common/dom.js";
import { count, money, productName } from "../common/format.js";
import { tracker } from "./track.js";
import { visitor } from "./visitor.js";

export function addToCart(item) {
  const lines = visitor.cart;
  const line = lines.find((each) => each.product === item.product);
  if (line) line.quantity += 1;
  else lines.push({ product: item.product, title: item.title, category: item.category, price: item.price, quantity: 1 });
  visitor.cart = lines;
  tracker.track("add_to_cart", { product: item, quantity: 1 });
  setText(byId("announcer"), `${productName(item)} is in the cart.`);
}

function remove(line) {
  visitor.cart = visitor.cart.filter((each) => each.product !== line.product);
  tracker.track("remove_from_cart", { product: line, quantity: line.quantity });
  setText(byId("announcer"), `${productName(line)} is no longer in the cart.`);
  byId("main").replaceChildren(...cartView());
  byId("main").focus();
}

function buy() {
  for (const line of visitor.cart) tracker.track("purchase", { product: line, quantity: line.quantity });
  visitor.cart = [];
  setText(byId("announcer"), "Bought. Thank you.");
  byId("main").replaceChildren(h("h2", null, "Thank you"),
    h("p", { class: "lead" }, "Your purchase is in the figures of the dashboard already."),
    h("p", { class: "row" }, h("a", { href: "#/" }, "Back to the shop"), h("a", { href: "/" }, "See the dashboard")));
  byId("main").focus();
}

export function cartView() {
  const lines = visitor.cart;
  if (!lines.length) return [h("h2", null, "Cart"), empty("The cart is empty.")];
  const total = lines.reduce((sum, line) => sum + (line.price ?? 0) * line.quantity, 0);
  return [h("h2", null, "Cart"), h("div", { class: "cart-table" }, h("table", null,
    h("thead", null, h("tr", null, h("th", { scope: "col" }, "Product"), h("th", { scope: "col", class: "number" }, "Pieces"),
      h("th", { scope: "col", class: "number" }, "Price"), h("th", null, h("span", { class: "visually-hidden" }, "Remove")))),
    h("tbody", null, lines.map((line) => h("tr", null,
      h("th", { scope: "row" }, h("a", { href: `#/product/${encodeURIComponent(line.product)}` }, productName(line))),
      h("td", { class: "number" }, count(line.quantity)), h("td", { class: "number" }, money(line.price * line.quantity)),
      h("td", { class: "number" }, h("button", {
        type: "button", class: "link", "aria-label": `Remove ${productName(line)}`, click: () => remove(line),
      }, "Remove"))))),
    h("tfoot", null, h("tr", null, h("th", { scope: "row" }, "Together"), h("td"), h("td", { class: "number" }, money(total)), h("td"))))),
  h("p", { class: "row" }, h("button", { type: "button", id: "buy", click: buy }, "Buy now"))];
}
