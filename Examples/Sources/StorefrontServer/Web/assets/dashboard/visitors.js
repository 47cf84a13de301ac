// Who comes, with what, and for how long.

import { byId } from "../common/dom.js";
import { compact, duration, percent, rate } from "../common/format.js";
import { metered, showFacts } from "../common/parts.js";
import { Table } from "../common/rows.js";
import { showing } from "./analysis.js";
import { ranked } from "./rankings.js";
import { sessionList } from "./sessions.js";
import { userLookup } from "./user.js";

export function activities() {
  const devices = new Table(byId("devices"), "Devices", [
    { title: "Device", cell: (item) => item.device },
    { title: "System", cell: (item) => item.os || "–" },
    { title: "Users", number: true, cell: (item) => compact(item.users) },
    { title: "Visits", number: true, cell: (item) => metered(compact(item.visits), ...item.part) },
  ], (item) => `${item.device} ${item.os}`, "No visits in the last hour.");
  const audience = new Table(byId("audience"), "Active users", [
    { title: "In the last", cell: (item) => `${item.minutes} min` },
    { title: "Estimate", number: true, cell: (item) => `≈ ${compact(item.approximate)}` },
    { title: "Users", number: true, cell: (item) => metered(compact(item.users), ...item.part) },
  ], (item) => item.minutes);
  return [
    showing((figures) => {
      showSessions(figures);
      audience.show(ranked(figures.active_users, (item) => item.users));
      devices.show(ranked(figures.devices, (item) => item.visits));
    }),
    userLookup(),
    sessionList(),
  ];
}

function showSessions({ sessions }) {
  showFacts(byId("session-stats"), [
    ["Open now", compact(sessions.open)],
    ["Ended", compact(sessions.closed)],
    ["Mean duration", duration(sessions.mean_duration_ms)],
    ["Mean events", rate(sessions.mean_depth)],
    ["Bounce rate", percent(sessions.bounce_rate)],
    ["Conversion rate", percent(sessions.conversion_rate)],
  ]);
}
