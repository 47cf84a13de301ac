// Sends what the visitor does, in order, and says what became of it.

import { request } from "../common/api.js";
import { connection } from "../common/connection.js";
import { newId, visitor } from "./visitor.js";

class Tracker extends EventTarget {
  /** The newest events, each `{event, status, millis}`; newest first. */
  sent = [];
  #queue = Promise.resolve();

  /** Sends an event; its product may be given as it came from the catalogue. */
  track(type, { product, ...fields } = {}) {
    const event = {
      event_id: newId(), type, user_id: visitor.id, session_id: visitor.session,
      product_id: product?.product, category: product?.category ?? undefined, price: product?.price ?? undefined,
      page_url: location.hash.slice(1).split("?")[0] || "/", referrer: document.referrer || undefined,
      user_agent: navigator.userAgent, timestamp: Date.now(), ...fields,
    };
    const entry = { event, status: "sending" };
    this.sent = [entry, ...this.sent].slice(0, 12);
    this.#changed();
    // One after the other: what a visitor does keeps its order.
    this.#queue = this.#queue.then(() => this.#send(entry));
    return this.#queue;
  }

  /** Tries until the server has it: an event id makes sure that it counts once. */
  async #send(entry) {
    for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
      const began = performance.now();
      try {
        const { results } = await request("/track", { method: "POST", body: entry.event });
        entry.status = results[0].status;
        entry.errors = results[0].errors;
        entry.millis = performance.now() - began;
        break;
      } catch (error) {
        if (error.status === 401 || error.status === 403) entry.status = "needs a token";
        else if (!error.isOutage && error.status !== 429) entry.status = "refused";
        else entry.status = "waiting for the server";
        entry.errors = error.problem?.results?.[0]?.errors;
        if (!error.isOutage && error.status !== 429) break;
        if (error.isOutage) connection.doubt(error);
        this.#changed();
        await new Promise((resolve) => setTimeout(resolve, Math.max(wait, (error.retryAfter ?? 0) * 1000)));
      }
    }
    this.#changed();
  }

  #changed() { this.dispatchEvent(new Event("change")); }
}

export const tracker = new Tracker();
