// The first look: is the shop alive, and does it sell?

import { byId, setText } from "../common/dom.js";
import { compact, count, dateAndTime, duration, minute, money, percent, rate } from "../common/format.js";
import { Watch } from "../common/watch.js";
import { showFunnels } from "../charts/funnel.js";
import { Sparkline } from "../charts/sparkline.js";
import { TimeChart } from "../charts/timechart.js";
import { alertList } from "./alerts.js";
import { showing } from "./analysis.js";
import { bestSellerTable, trendingTable } from "./rankings.js";

export function activities() {
  const spark = new Sparkline(byId("event-spark"), "Events per second, last minutes");
  const chart = salesChart();
  const trending = trendingTable(byId("overview-trending"));
  const alerts = alertList(byId("overview-alerts"));
  const best = bestSellerTable(byId("overview-best"));
  return [
    showing((figures) => {
      spark.add(figures.events.per_second ?? 0);
      showFigures(figures);
      chart(figures.conversion);
      trending(figures.trending.slice(0, 10));
    }),
    new Watch(() => "/funnels", 2000, ({ funnels }) => {
      // The one that most people mean; the others are under Journeys.
      const main = funnels.find((funnel) => funnel.scope === "user") ?? funnels[0];
      showFunnels(byId("overview-funnel"), main ? [main] : [], { titles: false });
    }),
    new Watch(() => "/bestsellers?limit=5", 2000, ({ products }) => best(products)),
    new Watch(() => "/alerts?limit=5", 2000, ({ alerts: newest }) => alerts(newest)),
  ];
}

function showFigures({ events, active_users: active, sessions, conversion }) {
  setText(byId("event-rate"), rate(events.per_second));
  setText(byId("event-total"),
    `${compact(events.total)} in 30 hours · ${compact(events.late)} late, ${compact(events.duplicates)} repeated, ${compact(events.invalid)} invalid`);
  const users = (minutes) => active.find((each) => each.minutes === minutes) ?? {};
  setText(byId("active-5"), compact(users(5).users));
  setText(byId("active-1"), compact(users(1).users));
  setText(byId("active-15"), compact(users(15).users));
  setText(byId("open-sessions"), compact(sessions.open));
  setText(byId("closed-sessions"), `${compact(sessions.closed)} ended, ${duration(sessions.mean_duration_ms)} on average`);
  setText(byId("session-conversion"), percent(sessions.conversion_rate));
  setText(byId("session-bounce"), `${percent(sessions.bounce_rate)} leave after one event`);
  const sum = (field) => conversion.minutes.reduce((total, each) => total + (each[field] ?? 0), 0);
  setText(byId("hour-revenue"), compact(sum("revenue")));
  setText(byId("hour-purchases"), `${count(sum("purchases"))} purchases`);
}

function salesChart() {
  const span = () => document.querySelector("input[name=span]:checked").value;
  const series = [
    { title: "Revenue", mark: "bar", height: 120, value: (point) => point.revenue, format: money, tick: compact },
    { title: "Conversion rate", mark: "line", height: 70, value: (point) => point.rate, format: percent },
    { title: "Events", mark: "area", height: 50, value: (point) => point.events, format: compact },
  ];
  const chart = new TimeChart(byId("sales-chart"), "Revenue, conversion rate and events over time", series, {
    axis: minute,
    full: (millis) => (span() === "minutes" ? minute(millis) : dateAndTime(millis)),
  });
  let newest = { minutes: [], hours: [] };
  for (const input of document.querySelectorAll("input[name=span]")) {
    input.addEventListener("change", () => chart.show(newest[span()]));
  }
  return (conversion) => {
    newest = conversion;
    chart.show(conversion[span()]);
  };
}
