import type { Route } from "../contract/index.ts";

/** "/tokens/{id}" as Express writes it: "/tokens/:id". */
export function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

export function parameterNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
}

/** "/contacts/export" comes before "/contacts/{id}", in whatever order the rooms listed them. */
export function inMatchingOrder(routes: readonly Route[]): Route[] {
  const key = ({ path }: Route) => path.replaceAll(/\{\w+\}/g, "\u{10ffff}");
  return [...routes].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** Two routes of one method that would answer the same address: a mistake of ours, found at start. */
export function refuseDoubles(routes: readonly Route[]): void {
  const seen = new Set<string>();
  for (const { method, path } of routes) {
    const shape = `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`;
    if (seen.has(shape)) throw new Error(`Two routes answer ${method.toUpperCase()} ${path}.`);
    seen.add(shape);
  }
}

/** The methods that some route takes at this address, for the Allow header; none when there is no such address. */
export function methodsAt(routes: readonly Route[], path: string): string[] {
  const methods = new Set<string>();
  for (const route of routes) if (matches(route.path, path)) methods.add(route.method.toUpperCase());
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods].sort();
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return false;
  return wanted.every((segment, i) => segment === given[i] || (/^\{\w+\}$/.test(segment) && given[i] !== ""));
}
