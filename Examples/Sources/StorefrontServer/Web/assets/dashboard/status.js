// Says whether what the page shows is live, late, of the past, or waiting for the server.

import { byId, setText } from "../common/dom.js";
import { connection } from "../common/connection.js";
import { dateAndTime, duration, time } from "../common/format.js";
import { analysis } from "./analysis.js";

const staleAfter = 5000, quietAfter = 15_000;

export function showStatus() {
  const select = byId("as-of");
  select.value = "0";
  select.addEventListener("change", () => analysis.lookBack(Number(select.value)));
  connection.addEventListener("change", () => {
    update();
    announce();
  });
  analysis.addEventListener("change", update);
  setInterval(update, 1000);
  update();
}

let announced = "";
/** Only changes of the connection are read out, and the progress of a recovery is not. */
function announce() {
  const text = {
    live: "Connected, figures are live.", lost: "Connection lost, trying again.",
    recovering: "The server is recovering.",
  }[connection.state];
  if (!text || text === announced) return;
  // The first connection is no news.
  if (announced || connection.state !== "live") setText(byId("announcer"), text);
  announced = text;
}

function update() {
  const { state, text, detail } = status();
  const pill = byId("connection");
  pill.dataset.state = state;
  setText(pill, text);
  const notice = byId("notice");
  notice.hidden = !detail;
  setText(notice, detail ?? "");
  document.documentElement.classList.toggle("out-of-date", state === "lost" || state === "recovering" || state === "stale");
  const asOf = analysis.figures?.as_of;
  if (asOf) {
    const otherDay = Math.abs(Date.now() - asOf) > 43_200_000;
    setText(byId("clock"), otherDay ? dateAndTime(asOf) : time(asOf));
    byId("clock").dateTime = new Date(asOf).toISOString();
  }
}

function status() {
  const age = performance.now() - analysis.answeredAt;
  const since = analysis.figures ? ` Figures are ${duration(Math.ceil(age / 1000) * 1000)} old.` : "";
  switch (connection.state) {
  case "connecting": return { state: "connecting", text: "Connecting…" };
  case "lost": return {
    state: "lost", text: "Reconnecting…", detail: `The server does not answer; the page goes on by itself once it does.${since}`,
  };
  case "recovering": return {
    state: "recovering", text: `Recovering ${Math.floor(connection.progress * 100)} %`,
    detail: `The server reads its log again after a start.${since}`,
  };
  default:
  }
  if (age > staleAfter) return { state: "stale", text: `Stale, ${duration(Math.ceil(age / 1000) * 1000)} old` };
  if (analysis.minutesBack) {
    return { state: "past", text: "Looking back", detail: "Rankings and active users are those of the time chosen; lists and charts keep running." };
  }
  const quiet = performance.now() - analysis.movedAt;
  if (quiet > quietAfter) return { state: "live", text: `Live, no event for ${duration(quiet)}` };
  return { state: "live", text: "Live" };
}
