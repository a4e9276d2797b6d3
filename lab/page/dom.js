// Everything on this page that comes from outside is set as text, never as markup.

/** @param {string} id */
export const byId = (id) => document.getElementById(id);

/**
 * An element with its properties and what stands in it: `undefined` and `null` are left out, text is text.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | null | undefined)} inner
 */
export function make(tag, properties = {}, ...inner) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === "data") Object.assign(element.dataset, value);
    else if (name.startsWith("aria-")) element.setAttribute(name, String(value));
    else element[name] = value;
  }
  element.append(...inner.filter((each) => each !== null && each !== undefined));
  return element;
}

/** @param {string} words @param {() => unknown} act @param {Record<string, unknown>} [more] */
export function button(words, act, more = {}) {
  return make("button", { type: "button", textContent: words, onclick: act, ...more });
}

/** Replaces what stands in an element. */
export function fill(element, ...inner) {
  element.replaceChildren(...inner.filter((each) => each !== null && each !== undefined));
}

const drawn = new WeakMap();

/**
 * Brings a list into this order. An item whose key is known stays as it stands, with what is scrolled, open or focused
 * in it; a key therefore holds all that its element shows.
 * @param {HTMLElement} list
 * @param {{ key: string, draw: () => HTMLElement }[]} items
 */
export function arrange(list, items) {
  const before = drawn.get(list) ?? new Map();
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const now = new Map(items.map(({ key, draw }) => [key, before.get(key) ?? draw()]));
  const stays = new Set(now.values());
  for (const element of [...list.children]) if (!stays.has(element)) element.remove();
  [...now.values()].forEach((element, at) => {
    if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
  });
  drawn.set(list, now);
  if (focused && !list.contains(document.activeElement))
    list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}
