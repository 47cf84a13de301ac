// Tabs by the pattern of the ARIA practices: arrows, Home and End move, one tab stop, the address keeps the choice.

/** `changed(name)` is called with the panel's id whenever another one is shown. */
export function tabs(list, changed) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  // With a slash, so that the browser does not scroll to the panel.
  const address = (tab) => `#/${panel(tab).id}`;

  const select = (tab, { focus = false } = {}) => {
    for (const other of all) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      panel(other).hidden = !chosen;
    }
    if (focus) tab.focus();
    // Only the row of tabs scrolls, never the page.
    list.scrollLeft = tab.offsetLeft - (list.clientWidth - tab.clientWidth) / 2;
    changed(panel(tab).id);
  };

  const fromAddress = () => {
    return all.find((tab) => location.hash === address(tab)) ?? all[0];
  };
  const choose = (tab, options) => {
    history.replaceState(null, "", address(tab));
    select(tab, options);
  };

  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const index = all.indexOf(document.activeElement);
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: all.length - 1 }[event.key];
    if (index < 0 || next === undefined) return;
    event.preventDefault();
    choose(all[(next + all.length) % all.length], { focus: true });
  });
  addEventListener("hashchange", () => {
    if (all.some((tab) => location.hash === address(tab))) select(fromAddress());
  });
  select(fromAddress());
}
