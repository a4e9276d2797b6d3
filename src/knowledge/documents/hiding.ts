/** Simple selectors (".x", "#x", "p") whose rules hide what they select, and how. */
export type HidingRules = ReadonlyMap<string, string>;

const RULE = /([^{}]{1,500})\{([^{}]{0,4000})\}/gu;
const SIMPLE = /^(?:[.#]?[\w-]+)$/u;
/** Smaller than this nobody reads. */
const TINY_PX = 4;
const UNSEEN_OPACITY = 0.05;
const WHITE =
  /^(?:#fff(?:f|fff|fffff)?|white|snow|ivory|transparent|rgba?\(\s*25[0-5][\s,]+25[0-5][\s,]+25[0-5][^)]*\))$/u;
const PIXELS: Readonly<Record<string, number>> = { px: 1, pt: 4 / 3, em: 16, rem: 16, "%": 0.16 };

/** The style sheets' rules that hide; only simple selectors are followed. */
export function hidingRules(css: string): HidingRules {
  const rules = new Map<string, string>();
  for (const [, selectors = "", declarations = ""] of css.replace(/\/\*[\s\S]*?\*\//gu, " ").matchAll(RULE)) {
    const how = hidesByStyle(declarations);
    if (how === undefined) continue;
    for (const selector of selectors.split(",").map((each) => each.trim())) {
      if (SIMPLE.test(selector) && !/^(?:body|html)$/u.test(selector)) rules.set(selector, how);
    }
  }
  return rules;
}

/** How an element hides its text, or `undefined` when it shows it. */
export function hidesBy(attributes: Record<string, string>, name: string, rules: HidingRules): string | undefined {
  if ("hidden" in attributes) return "the attribute hidden";
  const own = attributes["style"] !== undefined ? hidesByStyle(attributes["style"]) : undefined;
  if (own !== undefined) return own;
  if (name === "font" && WHITE.test((attributes["color"] ?? "").trim().toLowerCase())) return "white text";
  if (rules.size === 0) return undefined;
  const selectors = [name, `#${attributes["id"] ?? ""}`, ...classesOf(attributes["class"])];
  return selectors.map((selector) => rules.get(selector)).find((how) => how !== undefined);
}

function classesOf(list = ""): string[] {
  return list.split(/\s+/u).map((each) => `.${each}`);
}

function hidesByStyle(style: string): string | undefined {
  const said = declarationsIn(style);
  return hidesOutright(said) ?? hidesByPlace(said);
}

function declarationsIn(style: string): Map<string, string> {
  const said = new Map<string, string>();
  for (const declaration of style.toLowerCase().split(";")) {
    const [property = "", ...value] = declaration.split(":");
    said.set(property.trim(), value.join(":").replace("!important", "").trim());
  }
  return said;
}

function hidesOutright(said: ReadonlyMap<string, string>): string | undefined {
  const value = (property: string) => said.get(property) ?? "";
  if (value("display") === "none") return "display: none";
  if (/^(?:hidden|collapse)$/u.test(value("visibility"))) return "visibility: hidden";
  if (/^[\d.]+%?$/u.test(value("opacity")) && parseFloat(value("opacity")) < UNSEEN_OPACITY) return "opacity: 0";
  if (isTiny(value("font-size"))) return "a tiny font";
  const hasGround = said.has("background") || said.has("background-color") || said.has("background-image");
  return WHITE.test(value("color")) && !hasGround ? "white text" : undefined;
}

function hidesByPlace(said: ReadonlyMap<string, string>): string | undefined {
  const value = (property: string) => said.get(property) ?? "";
  if (/-\d{3,}/u.test(`${value("left")} ${value("top")} ${value("text-indent")} ${value("margin-left")}`))
    return "a place outside the page";
  if (/rect\(\s*0|inset\(\s*(?:50|100)%/u.test(`${value("clip")} ${value("clip-path")}`)) return "a clip to nothing";
  if (/^0(?:px)?$/u.test(value("max-height") || value("height")) && value("overflow") === "hidden") return "no height";
  return undefined;
}

function isTiny(size: string): boolean {
  const [, number, unit = "px"] = /^([\d.]+)(px|pt|em|rem|%)?$/u.exec(size) ?? [];
  return number !== undefined && Number(number) * (PIXELS[unit] ?? 1) < TINY_PX;
}
