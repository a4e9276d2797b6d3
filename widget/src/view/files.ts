import { textOf, type Part } from "../message.ts";
import type { Say } from "../words.ts";
import { el, icon } from "./dom.ts";

/** Pictures that cannot hold a script. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const PLAYED = /^(audio\/(mpeg|ogg|mp4|wav)|video\/(mp4|webm))$/;
const MOST_SHOWN = 6 * 1024 * 1024;

export interface FileParts {
  say: Say;
  fetch(ref: string): Promise<Blob>;
  /** A picture has taken its room. */
  onGrown(): void;
}

/** A file in a message: pictures, sound and film are shown, everything else is there to be saved. */
export function drawFile(part: Part, parts: FileParts): HTMLElement {
  const { say } = parts;
  const name = textOf(part.name) ?? say("file");
  const size = typeof part.size === "number" ? part.size : 0;
  const mimeType = textOf(part.mimeType) ?? "";
  const row = el(
    "button",
    { type: "button", class: "file", "aria-label": say("save", { name }), onclick: () => void save() },
    icon("file"),
    el("bdi", {}, name),
    el("small", {}, size > 0 ? sizeOf(size) : ""),
    icon("save"),
  );
  const box = el("div", { class: "attachment" }, row);
  const ref = textOf(part.ref);

  async function bytes(): Promise<Blob | undefined> {
    const blob = ref === undefined ? undefined : await parts.fetch(ref).catch(() => undefined);
    if (!blob && !box.querySelector(".fault")) box.append(el("p", { class: "fault" }, say("notOpened")));
    return blob;
  }

  /** As bytes of no type: nothing that somebody sent is opened as a page of this website. */
  async function save(): Promise<void> {
    const blob = await bytes();
    if (!blob) return;
    const href = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
    el("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }

  async function showPicture(): Promise<void> {
    const blob = await bytes();
    if (!blob || !PICTURES.includes(blob.type)) return;
    const image = el("img", { src: URL.createObjectURL(blob), alt: textOf(part.alt) ?? name });
    image.addEventListener("error", () => image.remove());
    image.addEventListener("load", () => {
      row.classList.add("under");
      parts.onGrown();
    });
    box.prepend(image);
  }

  async function play(): Promise<void> {
    const blob = await bytes();
    if (!blob || !PLAYED.test(blob.type)) return;
    const tag = blob.type.startsWith("audio") ? "audio" : "video";
    box.prepend(el(tag, { src: URL.createObjectURL(blob), controls: true, "aria-label": name, preload: "metadata" }));
    parts.onGrown();
  }

  if (PICTURES.includes(mimeType) && size <= MOST_SHOWN) void showPicture();
  else if (PLAYED.test(mimeType) && size <= MOST_SHOWN) void play();
  return box;
}

function sizeOf(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
