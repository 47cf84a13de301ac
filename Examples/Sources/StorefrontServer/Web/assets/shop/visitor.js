// Who is in the shop: an id that stays with this browser, and may be changed; a session for this tab.

const visitorKey = "storefront.visitor", sessionKey = "storefront.session", cartKey = "storefront.cart";

/** An id that nobody else has. `randomUUID` is only there on secure origins. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Visitor extends EventTarget {
  get id() { return localStorage.getItem(visitorKey) ?? this.become(`visitor-${newId().slice(0, 6)}`); }

  /** Somebody else comes in: with a session and a cart of their own. */
  become(id) {
    localStorage.setItem(visitorKey, id);
    sessionStorage.removeItem(sessionKey);
    localStorage.removeItem(cartKey);
    this.dispatchEvent(new Event("change"));
    return id;
  }

  get session() {
    const known = sessionStorage.getItem(sessionKey);
    if (known) return known;
    const fresh = newId();
    sessionStorage.setItem(sessionKey, fresh);
    return fresh;
  }

  /** What lies in the cart: `{product, title, category, price, quantity}`. */
  get cart() {
    try {
      const lines = JSON.parse(localStorage.getItem(cartKey) ?? "[]");
      return Array.isArray(lines) ? lines : [];
    } catch {
      return [];
    }
  }

  set cart(lines) {
    localStorage.setItem(cartKey, JSON.stringify(lines));
    this.dispatchEvent(new Event("cart"));
  }
}

export const visitor = new Visitor();
