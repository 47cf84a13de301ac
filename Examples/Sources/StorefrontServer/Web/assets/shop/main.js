// The shop: the address says what is shown, and every step sends an event.

import { request, segment } from "../common/api.js";
import { connection } from "../common/connection.js";
import { byId, empty, h, replace, setAttribute, setText } from "../common/dom.js";
import { count } from "../common/format.js";
import { showWhatTheShopKnows } from "./knows.js";
import { cart, category, home, product, search } from "./views.js";
import { visitor } from "./visitor.js";

let turn = 0;

async function show({ focus = true } = {}) {
  const now = ++turn;
  const main = byId("main");
  try {
    const parts = await route(location.hash.slice(1) || "/");
    if (now !== turn) return;
    main.replaceChildren(...parts.flat().filter(Boolean));
    document.title = `${main.querySelector("h2")?.textContent ?? "Shop"} – Storefront live`;
  } catch (error) {
    if (!("status" in error)) throw error;
    if (now !== turn) return;
    main.replaceChildren(h("h2", null, error.status === 404 ? "Not in the catalogue" : "Not available"),
      empty(error.status === 404 ? "This product is not there, or no longer." : `${error.message}. The page tries again by itself.`));
    if (error.isOutage) {
      connection.doubt(error);
      await connection.live();
      if (now === turn) show({ focus });
    }
  }
  for (const link of byId("categories").querySelectorAll("a")) {
    setAttribute(link, "aria-current", link.hash === location.hash ? "page" : null);
  }
  if (focus) {
    main.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }
}

function route(address) {
  const [path, query] = address.split("?");
  const [, kind, name] = path.split("/");
  const given = name === undefined ? "" : decoded(name);
  switch (kind) {
  case "category": return category(given);
  case "product": return product(given);
  case "search": return search(new URLSearchParams(query).get("q") ?? "");
  case "cart": return cart();
  default: return home();
  }
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function showCategories() {
  await connection.live();
  try {
    const { categories } = await request("/categories");
    replace(byId("categories"), h("li", null, h("a", { href: "#/" }, "All")), categories.map((each) => h("li", null,
      h("a", { href: `#/category/${segment(each.category)}` }, each.category, h("span", { class: "quiet" }, count(each.products))))));
  } catch (error) {
    if (error.isOutage) connection.doubt(error);
    setTimeout(showCategories, 3000);
  }
}

function showCart() {
  const pieces = visitor.cart.reduce((sum, line) => sum + line.quantity, 0);
  setText(byId("cart-link"), `Cart (${count(pieces)})`);
}

function showConnection() {
  const pill = byId("connection"), notice = byId("notice");
  const { state, progress } = connection;
  pill.dataset.state = state;
  setText(pill, { live: "Live", connecting: "Connecting…", lost: "Reconnecting…", recovering: `Recovering ${Math.floor(progress * 100)} %` }[state]);
  notice.hidden = state === "live" || state === "connecting";
  setText(notice, notice.hidden ? "" : "The server is away for a moment. What you do is sent as soon as it is back.");
}

connection.addEventListener("change", showConnection);
visitor.addEventListener("cart", showCart);
visitor.addEventListener("change", showCart);
addEventListener("hashchange", () => {
  // The skip link is no page of the shop.
  if (location.hash === "#main") byId("main").focus();
  else show();
});
byId("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = event.target.elements.q.value.trim();
  if (words) location.hash = `#/search?q=${segment(words)}`;
});
connection.probe();
showConnection();
showCart();
showWhatTheShopKnows();
showCategories();
connection.live().then(() => show({ focus: false }));
