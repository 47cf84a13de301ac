// What is looked at, put in carts, bought and searched for.

import { address } from "../common/api.js";
import { byId, h, setText } from "../common/dom.js";
import { Watch } from "../common/watch.js";
import { showing } from "./analysis.js";
import { bestSellerTable, cartedTable, pagesTable, trendingTable } from "./rankings.js";
import { prepareSearch } from "./search.js";

export function activities() {
  const trending = trendingTable(byId("trending"));
  const carted = cartedTable(byId("most-carted"));
  const pages = pagesTable(byId("popular-pages"));
  const best = bestSellerTable(byId("best-sellers"));
  const category = byId("best-category");
  const bestWatch = new Watch(() => address("/bestsellers", { category: category.value, limit: 15 }), 1500,
    ({ products }) => best(products), () => best([]));
  category.addEventListener("change", () => bestWatch.refresh());
  prepareSearch();
  return [
    showing((figures) => {
      trending(figures.trending);
      carted(figures.most_carted);
      pages(figures.popular_pages);
    }),
    bestWatch,
    new Watch(() => "/categories", 15_000, ({ categories }) => showCategories(category, categories)),
  ];
}

function showCategories(select, categories) {
  const names = categories.map((each) => each.category);
  const shown = [...select.options].slice(1).map((option) => option.value);
  if (JSON.stringify(names) === JSON.stringify(shown)) return;
  const chosen = select.value;
  select.replaceChildren(select.options[0], ...names.map((name) => h("option", { value: name }, name)));
  select.value = names.includes(chosen) ? chosen : "";
  setText(select.options[0], `all ${names.length}`);
}
