// The pages of the shop. Each returns what the main part shows.

import { address, request, segment } from "../common/api.js";
import { empty, h } from "../common/dom.js";
import { count, money, productName } from "../common/format.js";
import { addToCart, cartView } from "./cart.js";
import { picture } from "./picture.js";
import { tracker } from "./track.js";
import { visitor } from "./visitor.js";

/** Products as tiles. */
export const tiles = (products) => h("ul", { class: "products" }, products.map((product) => h("li", null,
  h("a", { class: "product", href: `#/product/${segment(product.product)}`, click: () => tracker.track("click", { product }) },
    picture(product),
    h("span", { class: "text" }, h("span", { class: "name" }, productName(product)),
      h("span", { class: "quiet" }, product.category ?? ""), h("span", null, money(product.price)))))));

export async function home() {
  tracker.track("page_view");
  const [best, catalogue] = await Promise.all([request("/bestsellers?limit=12"), request("/products?limit=24")]);
  return [
    h("h2", null, best.products.length ? "Best sellers" : "Catalogue"),
    h("p", { class: "lead" }, best.products.length ? "By distinct buyers of the last 30 days, as of this moment." : "Nothing has been sold yet: be the first."),
    tiles(best.products.length ? best.products : catalogue.products),
    best.products.length ? h("h3", null, "From the catalogue") : null,
    best.products.length ? tiles(catalogue.products) : null,
  ];
}

export async function category(name) {
  tracker.track("page_view", { category: name });
  const { products, next } = await request(address("/products", { category: name, limit: 48 }));
  const list = tiles(products);
  return [h("h2", null, name), h("p", { class: "lead" }, `${count(products.length)}${next ? "+" : ""} products`), list,
    next && moreButton(list, name, next)];
}

function moreButton(list, name, cursor) {
  const button = h("button", {
    type: "button", class: "plain",
    click: async () => {
      const { products, next } = await request(address("/products", { category: name, limit: 48, cursor }));
      list.append(...tiles(products).children);
      cursor = next;
      button.hidden = !next;
    },
  }, "Show more");
  return h("p", { class: "row" }, button);
}

export async function product(id) {
  const item = await request(`/products/${segment(id)}`);
  tracker.track("view", { product: item });
  return [h("article", { class: "detail" }, picture(item), h("div", null,
    h("h2", null, productName(item)),
    h("p", { class: "lead" }, item.category ? h("a", { href: `#/category/${segment(item.category)}` }, item.category) : null,
      h("span", { class: "id" }, ` ${item.product}`)),
    h("p", { class: "price" }, money(item.price)),
    h("p", { class: "row" },
      h("button", { type: "button", click: () => addToCart(item) }, "Add to cart"),
      h("button", { type: "button", class: "plain", click: (event) => favourite(event.currentTarget, item) }, "Add to favourites"))))];
}

function favourite(button, item) {
  tracker.track("add_to_favourites", { product: item });
  button.disabled = true;
  button.textContent = "In your favourites";
}

export async function search(query) {
  tracker.track("search", { query });
  const { total, products, recommendations } = await request(address("/search", { q: query, user: visitor.id, limit: 24 }));
  return [
    h("h2", null, `Found for “${query}”`),
    h("p", { class: "lead" }, `${count(total)} products${products.some((each) => each.personal) ? ", those near to what you viewed first" : ""}`),
    products.length ? tiles(products) : empty("Nothing has these words. Try another one, or choose a category."),
    recommendations?.length ? h("h3", null, "You may like") : null,
    recommendations?.length ? tiles(recommendations) : null,
  ];
}

export async function cart() {
  tracker.track("page_view");
  return cartView();
}
