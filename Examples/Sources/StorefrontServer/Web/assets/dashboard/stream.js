// A connection for server-sent events that comes back by itself, also where EventSource gives up.

import { connection } from "../common/connection.js";

export class EventStream {
  #url; #received; #changed;
  #source = null;
  #on = false;

  /** `received(event)` takes each event; `changed(text)` what has become of the connection. */
  constructor(url, received, changed) {
    this.#url = url;
    this.#received = received;
    this.#changed = changed;
    connection.addEventListener("change", () => connection.isLive && this.#on && this.#open());
    document.addEventListener("visibilitychange", () => this.#visibility());
  }

  start() {
    this.#on = true;
    this.#visibility();
  }

  stop() {
    this.#on = false;
    this.#close();
  }

  restart() {
    this.#close();
    if (this.#on) this.#open();
  }

  // A hidden page reads too slowly, and would only be cut off.
  #visibility() {
    if (document.hidden || !this.#on) this.#close();
    else this.#open();
  }

  #close() {
    this.#source?.close();
    this.#source = null;
  }

  #open() {
    if (!connection.isLive || (this.#source && this.#source.readyState !== EventSource.CLOSED)) return;
    const source = new EventSource(this.#url());
    this.#source = source;
    source.addEventListener("open", () => this.#changed("Live"));
    source.addEventListener("shop-event", (message) => this.#received(JSON.parse(message.data)));
    source.addEventListener("dropped", () => this.#again(source, "Too many events for this page; some were left out", 1000));
    source.addEventListener("error", () => {
      if (source !== this.#source) return;
      this.#again(source, "Reconnecting…", 2000);
      connection.probe();
    });
  }

  #again(source, text, wait) {
    if (source !== this.#source) return;
    this.#close();
    this.#changed(text);
    setTimeout(() => this.#on && !document.hidden && this.#open(), wait);
  }
}
