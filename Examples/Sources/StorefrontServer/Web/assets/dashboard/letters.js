// Refused events, one by one.

import { h, setText } from "../common/dom.js";
import { dateAndTime } from "../common/format.js";
import { keepRows } from "../common/rows.js";

/** A list of dead letters; the function it returns shows them. What was opened stays open. */
export function letterList(parent) {
  const list = h("ol", { class: "list" });
  const none = h("p", { class: "empty" }, "None.");
  parent.replaceChildren(list, none);
  return (letters) => {
    none.hidden = letters.length > 0;
    keepRows(list, numbered(letters), (letter) => letter.key, create, (row, letter) => {
      const summary = row.firstChild.firstChild;
      setText(summary.children[0], letter.reason);
      setText(summary.children[1], `${dateAndTime(letter.time)} · ${why(letter)}`);
      setText(row.firstChild.lastChild, letter.event ? JSON.stringify(letter.event, null, 2) : letter.input ?? "");
    });
  };
}

/** Letters have no id: equal ones are told apart by how often they were seen before. */
function numbered(letters) {
  const times = new Map();
  return letters.toReversed().map((letter) => {
    const text = JSON.stringify([letter.time, letter.reason, letter.event?.event_id ?? letter.event ?? letter.input]);
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    return { ...letter, key: `${text} ${before}` };
  }).reverse();
}

const create = () => h("li", { class: "letter" },
  h("details", null, h("summary", null, h("span", { class: "tag warn" }), " ", h("span")), h("pre", { tabindex: "0" })));

function why({ reason, errors, event }) {
  if (errors?.length) return errors.map((error) => `${error.field} ${error.problem}`.trim()).join("; ");
  const id = event?.event_id ?? "";
  return { duplicate: `event ${id} came again`, late: `event ${id} came late` }[reason] ?? "";
}
