type Child = Node | string | undefined | false;

/** Attributes as markup would have them; `on…` are listeners. */
export interface Props {
  [name: string]: string | number | boolean | undefined | ((event: never) => void);
}

/** Makes an element. Whatever comes from outside goes in as a text or an attribute's value, never as markup. */
export function el<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, props: Props = {}, ...children: Child[]) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value as (event: Event) => void);
    else setAttribute(made, name, value);
  }
  made.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return made;
}

/** Sets it, or takes it away; touches nothing that is so already, so that screen readers do not speak again. */
export function setAttribute(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) return element.removeAttribute(name);
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element: HTMLElement, isShown: boolean): void {
  if (element.hidden === isShown) element.hidden = !isShown;
}

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  chat: "M4 5h16v11H11l-4.5 4v-4H4z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12h15M13 6l6 6-6 6",
  clip: "M8 12.5l6.2-6.2a3 3 0 014.3 4.3l-8 8a5 5 0 01-7-7l7.5-7.6",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20.5c1-4 4-5.5 7.5-5.5s6.500 1.500 7.500 5.500",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  save: "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14",
  down: "M12 5v14M6 13l6 6 6-6",
} as const;

export type Icon = keyof typeof PATHS;

export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}
