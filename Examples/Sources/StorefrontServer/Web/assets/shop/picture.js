// A picture for every product, made from its id: the same each time, different from its neighbours.

import { h, s } from "../common/dom.js";

function hash(text) {
  let value = 2166136261;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0), 16777619);
  return value >>> 0;
}

export function picture(product) {
  const seed = hash(product.product), tone = hash(product.category ?? product.product) % 8;
  const part = (shift, range) => (seed >>> shift) % range;
  const svg = s("svg", { viewBox: "0 0 120 90", preserveAspectRatio: "xMidYMid slice" },
    s("rect", { class: `tone-${tone}`, width: 120, height: 90, opacity: 0.16 }),
    s("circle", { class: `tone-${tone}`, cx: 30 + part(0, 60), cy: 22 + part(6, 46), r: 18 + part(12, 22), opacity: 0.5 }),
    s("rect", {
      class: `tone-${tone}`, x: 20 + part(3, 50), y: 20 + part(9, 30), width: 24 + part(15, 30), height: 24 + part(18, 26), rx: 5,
      opacity: 0.75, transform: `rotate(${part(21, 60) - 30} 60 45)`,
    }));
  return h("span", { class: "picture", "aria-hidden": "true" }, svg);
}
