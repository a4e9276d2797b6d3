import { expect, test } from "vitest";
import { createKeep } from "./keep.ts";
import { landingOf } from "./landing.ts";

/** A tab: what it keeps, and the pages that are opened in it one after another. */
function openTab() {
  const kept = new Map<string, string>();
  const storage = {
    get length() {
      return kept.size;
    },
    key: (at: number) => [...kept.keys()][at] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage;
  let views = 0;
  return (address: string, referrer = "") =>
    landingOf(
      createKeep("c", () => storage),
      { address, referrer, newId: () => `view ${++views}` },
    );
}

test("the door is remembered until the chat begins, however many pages later", () => {
  const visit = openTab();
  const door = {
    pageId: "view 1",
    page: "https://shop.example/tea?e=K7mQ2xVb9c&utm_source=poster&gclid=abc",
    referrer: "https://search.example/",
    entry: "K7mQ2xVb9c",
  };
  const address = "https://shop.example/tea?e=K7mQ2xVb9c&utm_source=poster&gclid=abc&token=geheim#part";
  expect(visit(address, "https://search.example/?q=tea")).toEqual(door);
  expect(visit(address)).toEqual(door); // a reload is no second visit
  expect(visit("https://shop.example/cart?step=2", "https://shop.example/tea")).toEqual(door);
});

test("a page that names a door itself is a new visit", () => {
  const visit = openTab();
  visit("https://shop.example/", "https://a.example/");
  const landing = { pageId: "view 2", page: "https://shop.example/?utm_campaign=may" };
  expect(visit("https://shop.example/?utm_campaign=may", "https://shop.example/")).toEqual(landing);
});

test("nothing is told of the address but the door", () => {
  const { page } = openTab()("https://shop.example/account?user=ana@example.com&session=1#top");
  expect(page).toBe("https://shop.example/account");
  expect(openTab()("file:///home/ana/page.html").page).toBe("");
});

test("where the browser keeps nothing, it works for this page", () => {
  const keep = createKeep("c", () => {
    throw new Error("SecurityError");
  });
  const seen = { address: "https://shop.example/?e=abc", referrer: "", newId: () => "view" };
  expect(landingOf(keep, seen)).toEqual(landingOf(keep, { ...seen, newId: () => "another" }));
});
