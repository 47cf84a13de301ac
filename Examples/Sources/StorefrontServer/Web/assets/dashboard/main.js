// The dashboard: every section asks for its figures only while it is shown.

import { byId } from "../common/dom.js";
import { connection } from "../common/connection.js";
import { tabs } from "../common/tabs.js";
import { analysis } from "./analysis.js";
import { watchForAlerts } from "./alerts.js";
import { showStatus } from "./status.js";
import * as alerts from "./alerts.js";
import * as events from "./events.js";
import * as journeys from "./journeys.js";
import * as overview from "./overview.js";
import * as products from "./products.js";
import * as system from "./system.js";
import * as visitors from "./visitors.js";

const sections = { overview, products, visitors, journeys, events, alerts, system };
/** What a section does while it is shown; made when it is first looked at. */
const activities = {};
let shown = null;

connection.probe();
showStatus();
analysis.start();
watchForAlerts();

tabs(document.querySelector("[role=tablist]"), (name) => {
  if (name === shown) return;
  for (const activity of activities[shown] ?? []) activity.stop();
  shown = name;
  activities[name] ??= sections[name].activities(byId(name));
  for (const activity of activities[name]) activity.start();
});
