// The catalogue search, as a visitor of the shop gets it.

import { address, request } from "../common/api.js";
import { byId, empty, h } from "../common/dom.js";
import { count } from "../common/format.js";
import { productTable } from "./rankings.js";

export function prepareSearch() {
  const form = byId("search-form"), results = byId("search-results");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = form.elements.q.value.trim(), user = form.elements.user.value.trim();
    try {
      show(results, await request(address("/search", { q: query, user, limit: 10 })));
    } catch (error) {
      results.replaceChildren(empty(`The search did not work: ${error.message}.`));
    }
  });
}

function show(parent, { query, total, products, recommendations }) {
  const found = h("div"), also = h("div");
  const personal = products.some((product) => product.personal);
  parent.replaceChildren(h("div", { class: "grid halves search-answer" },
    h("div", null, h("p", { class: "hint" }, `${count(total)} products for “${query}”${personal ? ", ranked for this user" : ""}`), found),
    h("div", null, h("p", { class: "hint" }, "Recommended beside them"), also)));
  productTable(found, "Products found", { none: "Nothing found." })(products);
  productTable(also, "Recommended products", { reason: true, none: "No recommendations." })(recommendations ?? []);
}
