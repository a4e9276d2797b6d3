export interface Palette {
  accent: string;
  onAccent: string;
  /** The accent as words on a panel: dark or light enough to be read. */
  accentText: string;
  accentSoft: string;
}

type Rgb = readonly [number, number, number];

const PANELS: Readonly<Record<"light" | "dark", Rgb>> = { light: [255, 255, 255], dark: [20, 23, 26] };
const ENOUGH = 4.6;

/** A website's own colour, made readable on either ground. */
export function paletteOf(color: string, theme: "light" | "dark"): Palette {
  const accent = parse(color);
  const panel = PANELS[theme];
  const white: Rgb = [255, 255, 255];
  const black: Rgb = [0, 0, 0];
  const soft = mix(panel, accent, theme === "light" ? 0.14 : 0.24);
  const toward = theme === "light" ? black : white;
  let readable = accent;
  for (let step = 1; step <= 20 && Math.min(contrast(readable, panel), contrast(readable, soft)) < ENOUGH; step++) {
    readable = mix(accent, toward, step / 20);
  }
  const onAccent = contrast(white, accent) >= contrast(black, accent) ? white : black;
  return { accent: hex(accent), onAccent: hex(onAccent), accentText: hex(readable), accentSoft: hex(soft) };
}

function parse(color: string): Rgb {
  const digits = color.slice(1);
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const at = (from: number) => parseInt(full.slice(from, from + 2), 16);
  return [at(0), at(2), at(4)];
}

function hex(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const part = (at: 0 | 1 | 2) => a[at] + (b[at] - a[at]) * share;
  return [part(0), part(1), part(2)];
}

/** As WCAG measures it. */
export function contrast(a: string | Rgb, b: string | Rgb): number {
  const [one, other] = [luminance(a), luminance(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

function luminance(color: string | Rgb): number {
  const [red, green, blue] = (typeof color === "string" ? parse(color) : color).map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
