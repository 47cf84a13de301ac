// How many reach each step of a funnel.

import { h, setText } from "../common/dom.js";
import { keepRows } from "../common/rows.js";
import { compact, duration, percent } from "../common/format.js";

/** Shows funnels below each other, each step a bar of its part of the first. */
export function showFunnels(parent, funnels, { titles = true } = {}) {
  keepRows(parent, funnels, (funnel) => `${funnel.name} ${funnel.scope}`, (funnel) =>
    h("div", null, titles ? h("h4", { class: "funnel-title" }, h("span"), h("span", { class: "quiet" })) : null,
      h("ol", { class: "funnel" })),
  (element, funnel) => {
    if (titles) {
      setText(element.firstChild.firstChild, funnel.name);
      setText(element.firstChild.lastChild,
        `per ${funnel.scope === "user" ? "user" : "user and product"}, within ${duration(funnel.limit_ms)}`);
    }
    showSteps(element.lastChild, funnel.steps);
  });
}

function showSteps(list, steps) {
  const key = (step) => steps.indexOf(step);
  keepRows(list, steps, key, () => h("li", { class: "step" }, h("span"),
    h("span", { class: "track", "aria-hidden": "true" }, h("i")), h("span", { class: "share" }, h("b"), h("span"))),
  (row, step) => {
    setText(row.children[0], step.step);
    row.children[1].firstChild.style.width = `${Math.min(100, step.rate * 100).toFixed(1)}%`;
    setText(row.children[2].firstChild, compact(step.count));
    setText(row.children[2].lastChild, ` · ${percent(step.rate)}`);
  });
}
