// Every event as it passes, and how many there were of each sort.

import { address } from "../common/api.js";
import { byId, h, setText } from "../common/dom.js";
import { count, money, time } from "../common/format.js";
import { typeLabel } from "../common/parts.js";
import { showing } from "./analysis.js";
import { countTable } from "./rankings.js";
import { EventStream } from "./stream.js";

const kept = 100;

export function activities() {
  const types = countTable(byId("type-counts"), "Events by type", "Type", (item) => item.type, "No events yet.");
  const categories = countTable(byId("category-counts"), "Events by category", "Category", (item) => item.category, "No categories yet.");
  const queries = countTable(byId("query-counts"), "Searches by words", "Words", (item) => item.query, "Nothing searched for yet.");
  return [
    showing(({ events }) => {
      types(events.types.map((item) => ({ ...item, label: typeLabel(item.type) })));
      categories(events.categories.slice(0, 10));
      queries(events.queries.slice(0, 10));
    }),
    liveEvents(),
  ];
}

function liveEvents() {
  const form = byId("stream-form"), pause = byId("stream-pause");
  const body = h("tbody");
  byId("stream").replaceChildren(h("table", null,
    h("caption", { class: "visually-hidden" }, "Newest events first"),
    h("thead", null, h("tr", null, ["Time", "Type", "User", "What"].map((title, index) =>
      h("th", { scope: "col", class: columnClass[index] }, title)))), body));
  let waiting = [], paused = false, seen = 0, state = "Connecting…", scheduled = false;

  const say = () => setText(byId("stream-state"), paused ? `Paused, ${count(waiting.length)}${waiting.length === kept ? "+" : ""} waiting` : `${state} · ${count(seen)} seen`);
  const flush = () => {
    scheduled = false;
    if (!paused && waiting.length) {
      const rows = waiting.reverse().map(row);
      body.prepend(...rows);
      while (body.children.length > kept) body.lastChild.remove();
      waiting = [];
    }
    say();
  };
  // Rows are drawn together, five times a second: more could not be read.
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setTimeout(flush, 200);
  };
  const stream = new EventStream(
    () => address("/real-time-events", Object.fromEntries(new FormData(form))),
    (event) => {
      seen++;
      waiting.push(event);
      if (waiting.length > kept) waiting.shift();
      schedule();
    },
    (text) => {
      state = text;
      say();
    });

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    setText(pause, paused ? "Go on" : "Pause");
    flush();
  });
  const filter = (event) => {
    event?.preventDefault();
    body.replaceChildren();
    waiting = [];
    seen = 0;
    state = "Connecting…";
    say();
    stream.restart();
  };
  form.addEventListener("submit", filter);
  form.elements.type.addEventListener("change", filter);
  return stream;
}

const columnClass = ["when", "what", "who", null];

function row(event) {
  return h("tr", { "data-event": event.event_id ?? null },
    h("td", { class: "when" }, time(Date.parse(event.timestamp) || event.timestamp)),
    h("td", { class: "what" }, typeLabel(event.type)),
    h("td", { class: "who" }, event.user_id),
    h("td", null, about(event)));
}

function about(event) {
  const parts = [
    event.query && `“${event.query}”`, event.product_id, event.price != null && money(event.price),
    event.quantity > 1 && `× ${event.quantity}`, event.page_url,
  ];
  return parts.filter(Boolean).join(" · ");
}
