// The list of sessions, and one of them in detail.

import { address, request, segment } from "../common/api.js";
import { byId, empty, h, replace } from "../common/dom.js";
import { count, dateAndTime, duration, money } from "../common/format.js";
import { showFacts, trail } from "../common/parts.js";
import { Table } from "../common/rows.js";
import { Watch } from "../common/watch.js";
import { lookUp } from "./user.js";

const pageSize = 15;

export function sessionList() {
  const table = new Table(byId("session-list"), "Sessions", [
    { title: "User", cell: (item) => h("button", { type: "button", class: "link", click: () => lookUp(item.user) }, item.user) },
    { title: "Started", cell: (item) => dateAndTime(item.start) },
    { title: "Duration", number: true, optional: true, cell: (item) => duration(item.duration_ms) },
    { title: "Events", number: true, cell: (item) => count(item.events) },
    { title: "Revenue", number: true, optional: true, cell: (item) => (item.revenue ? money(item.revenue) : "–") },
    { title: "Device", optional: true, cell: (item) => item.device ?? "–" },
    { title: "Marks", cell: tags },
    { title: "Path", number: true, cell: (item) => h("button", {
      type: "button", class: "link", "aria-label": `Show the path of the session of ${item.user}`, click: () => showPath(item.id),
    }, "Show") },
  ], (item) => item.id, "No sessions.");
  const state = byId("session-state"), more = byId("session-more");
  let older = [], next = null;
  const show = (first) => {
    const known = new Set(first.map((item) => item.id));
    table.show([...first, ...older.filter((item) => !known.has(item.id))]);
  };
  const url = (cursor) => address("/sessions", { state: state.value, limit: pageSize, cursor });
  const watch = new Watch(() => url(), 2000, (answer) => {
    if (!older.length) next = answer.next;
    more.hidden = !next;
    show(answer.sessions);
  });
  state.addEventListener("change", () => {
    older = [];
    watch.refresh();
  });
  more.addEventListener("click", async () => {
    const answer = await request(url(next)).catch(() => null);
    if (!answer) return;
    older.push(...answer.sessions);
    next = answer.next;
    watch.refresh();
  });
  return watch;
}

function tags(item) {
  const tag = (kind, text) => h("span", null, h("span", { class: `tag ${kind}` }, text), " ");
  return h("span", null,
    item.state === "open" && tag("warn", "open"), item.converted && tag("good", "bought"),
    item.state === "closed" && item.bounce && tag("", "bounce"), item.bot && tag("bad", "bot"));
}

async function showPath(id) {
  const place = byId("session-detail");
  try {
    const session = await request(`/sessions/${segment(id)}`);
    const facts = h("dl", { class: "facts" });
    showFacts(facts, [
      ["Entry", session.entry || "–"], ["Exit", session.exit || "–"], ["Carts", count(session.carts)],
      ["Purchases", count(session.purchases)], ["Revenue", money(session.revenue)],
    ]);
    replace(place, h("h4", null, `Session ${session.id}`), trail(session.path), facts);
  } catch (error) {
    replace(place, empty(error.status === 404 ? "This session is no longer kept." : `Not available: ${error.message}.`));
  }
}
