// Elements without markup: text only ever becomes a text node, so that no event can carry code into the page.

const svgNamespace = "http://www.w3.org/2000/svg";

/** An HTML element; a property that is a function listens, `null` and `false` leave one out. */
export const h = (tag, properties, ...children) =>
  build(document.createElement(tag), properties, children);

/** An SVG element. */
export const s = (tag, properties, ...children) =>
  build(document.createElementNS(svgNamespace, tag), properties, children);

function build(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name === "width%") element.style.width = `${value}%`;
    else setAttribute(element, name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** Sets an attribute only if it differs; `null` and `false` remove it. */
export function setAttribute(element, name, value) {
  if (value == null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, value === true ? "" : value);
  }
}

/** Sets the text only if it differs, so that selections and screen readers are left in peace. */
export function setText(element, text) {
  const value = String(text);
  if (element.textContent !== value) element.textContent = value;
}

export const byId = (id) => document.getElementById(id);

/** Puts in place what `parts` are; nothing happens while they look the same. */
export function replace(element, ...parts) {
  const fresh = parts.flat().filter((part) => part != null && part !== false);
  const same = element.childNodes.length === fresh.length
    && fresh.every((part, index) => part instanceof Node
      && element.childNodes[index].isEqualNode(part));
  if (!same) element.replaceChildren(...fresh);
}

/** What is shown instead of a list without anything in it. */
export const empty = (text) => h("p", { class: "empty" }, text);
