// What is unusual, and what was refused.

import { address } from "../common/api.js";
import { byId, h, setText } from "../common/dom.js";
import { count, dateAndTime, duration, percent } from "../common/format.js";
import { showFacts } from "../common/parts.js";
import { keepRows } from "../common/rows.js";
import { Watch } from "../common/watch.js";
import { letterList } from "./letters.js";

/** What each kind is called, and how its figures are meant. */
const kinds = {
  traffic_spike: { title: "Traffic spike", value: (x) => `${count(x)} events` },
  heavy_user: { title: "Very active user", value: (x) => `${count(x)} events` },
  conversion_drop: { title: "Conversion drop", value: percent },
  silent_source: { title: "Silent source", value: (x) => `silent for ${duration(x)}`, expected: (x) => `at most ${duration(x)}` },
};
const kindOf = (alert) => kinds[alert.kind] ?? { title: alert.kind, value: count };

export function activities() {
  const alerts = alertList(byId("alert-list"));
  const letters = letterList(byId("letters"));
  const reason = byId("letter-reason");
  const letterWatch = new Watch(() => address("/dead-letters", { reason: reason.value, limit: 50 }), 1500, (answer) => {
    showFacts(byId("letter-counts"), Object.entries(answer.counts).map(([name, number]) => [name, count(number)]));
    letters(answer.letters);
  });
  reason.addEventListener("change", () => letterWatch.refresh());
  return [
    new Watch(() => "/alerts?limit=30", 1500, ({ alerts: newest }) => {
      seen(newest);
      alerts(newest);
    }),
    letterWatch,
  ];
}

/** A list of alerts; the function it returns shows them. */
export function alertList(parent) {
  const list = h("ol", { class: "list" });
  const none = h("p", { class: "empty" }, "Nothing unusual.");
  parent.replaceChildren(list, none);
  return (alerts) => {
    none.hidden = alerts.length > 0;
    keepRows(list, alerts, (alert) => alert.id, () => h("li", null,
      h("p", { class: "line" }, h("strong"), h("time", { class: "quiet" })), h("p", { class: "hint" })), (row, alert) => {
      const kind = kindOf(alert);
      setText(row.firstChild.firstChild, alert.subject ? `${kind.title}: ${alert.subject}` : kind.title);
      setText(row.firstChild.lastChild, dateAndTime(alert.start));
      setText(row.lastChild, `${kind.value(alert.value)}, expected ${(kind.expected ?? kind.value)(alert.expected)}`);
    });
  };
}

let newestSeen = null, unseen = 0;

function seen(alerts) {
  newestSeen = alerts[0]?.id ?? newestSeen;
  unseen = 0;
  byId("alert-badge").hidden = true;
}

/** Looks for new alerts now and then whatever is shown, and says so once, with the number of them. */
export function watchForAlerts() {
  new Watch(() => "/alerts?limit=20", 5000, ({ alerts }) => {
    if (!byId("alerts").hidden) return seen(alerts);
    const known = alerts.findIndex((alert) => alert.id === newestSeen);
    const fresh = newestSeen === null ? 0 : known < 0 ? alerts.length : known;
    newestSeen = alerts[0]?.id ?? newestSeen ?? "";
    if (!fresh) return;
    unseen += fresh;
    const badge = byId("alert-badge");
    badge.hidden = false;
    setText(badge, `${unseen} new`);
    setText(byId("announcer"), `New alert: ${kindOf(alerts[0]).title}`);
  }).start();
}
