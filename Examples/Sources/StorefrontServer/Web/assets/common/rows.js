// Lists that change: rows stay the same elements as long as their key does, and glide to a new place.

import { h, setText } from "./dom.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Brings the children of `parent` in line with `items`. `create(item)` makes an element, `update(element, item)`
 * fills it.
 */
export function keepRows(parent, items, key, create, update) {
  const existing = new Map([...parent.children].map((row) => [row.dataset.key, row]));
  const before = still.matches ? null
    : new Map([...existing].map(([name, row]) => [name, row.getBoundingClientRect().top]));
  const focused = document.activeElement;
  const rows = items.map((item) => {
    const name = String(key(item));
    const row = existing.get(name) ?? create(item);
    existing.delete(name);
    row.dataset.key = name;
    update(row, item);
    return row;
  });
  for (const row of existing.values()) row.remove();
  rows.forEach((row, index) => {
    if (parent.children[index] !== row) parent.insertBefore(row, parent.children[index] ?? null);
  });
  // A row that is moved would lose the focus.
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
  if (before) glide(rows, before);
}

function glide(rows, before) {
  for (const row of rows) {
    const from = before.get(row.dataset.key);
    if (from === undefined) continue;
    const distance = from - row.getBoundingClientRect().top;
    // Far jumps come from a resize or a new filter.
    if (distance && Math.abs(distance) < 600) {
      row.animate([{ transform: `translateY(${distance}px)` }, { transform: "none" }],
        { duration: 350, easing: "ease-out" });
    }
  }
}

/**
 * A table whose rows are kept by key. A column is `{title, cell(item)}`, with `number`, `narrow` or `optional`
 * where it applies; a cell is text or a node.
 */
export class Table {
  #columns; #key; #body; #none;

  constructor(parent, caption, columns, key, none = "Nothing yet.") {
    this.#columns = columns;
    this.#key = key;
    this.#body = h("tbody");
    this.#none = h("p", { class: "empty" }, none);
    const head = columns.map((column) => h("th", { scope: "col", class: cssClass(column) }, column.title));
    this.table = h("table", { hidden: true },
      h("caption", { class: "visually-hidden" }, caption), h("thead", null, h("tr", null, head)), this.#body);
    parent.replaceChildren(h("div", { class: "scroll" }, this.table), this.#none);
  }

  show(items) {
    this.table.hidden = items.length === 0;
    this.#none.hidden = items.length > 0;
    keepRows(this.#body, items, this.#key, () => this.#row(), (row, item) => {
      this.#columns.forEach((column, index) => fill(row.children[index], column.cell(item)));
    });
  }

  #row() {
    return h("tr", { class: "row-item" }, this.#columns.map((column, index) => {
      const cell = h(index === 0 ? "th" : "td", { class: cssClass(column) });
      if (index === 0) cell.setAttribute("scope", "row");
      return cell;
    }));
  }
}

const cssClass = (column) =>
  ["number", "narrow", "optional"].filter((name) => column[name]).join(" ") || null;

function fill(cell, content) {
  if (!(content instanceof Node)) setText(cell, content ?? "–");
  else if (cell.childNodes.length !== 1 || !cell.firstChild.isEqualNode(content)) {
    cell.replaceChildren(content);
  }
}
