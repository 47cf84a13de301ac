// Runs before the first paint, so that the page never flashes in the wrong colours. The choice is the
// system's until the reader makes one, which is remembered.
(() => {
  const key = "storefront.theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const theme = () => stored() ?? (system.matches ? "dark" : "light");
  const apply = () => {
    const dark = theme() === "dark";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.textContent = dark ? "Light" : "Dark";
      button.setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
    }
  };
  apply();
  system.addEventListener("change", apply);
  addEventListener("DOMContentLoaded", () => {
    apply();
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.addEventListener("click", () => {
        try {
          localStorage.setItem(key, theme() === "dark" ? "light" : "dark");
        } catch {
          // Without storage the system's choice stays.
        }
        apply();
      });
    }
  });
})();
