import { ACCEPT, type Attachments } from "../attachments.ts";
import type { Keep } from "../keep.ts";
import type { Outbox } from "../outbox.ts";
import type { Attachment, State } from "../state.ts";
import type { Say } from "../words.ts";
import { el, icon, setAttribute, setText, show } from "./dom.ts";

export interface ComposerParts {
  say: Say;
  keep: Keep;
  outbox: Outbox;
  attachments: Attachments;
  typing(): void;
}

const LONGEST = 10_000;
const TALLEST = 132;

/** Where the visitor writes. What is written and not sent survives a reload. */
export function createComposer(parts: ComposerParts) {
  const { say, keep, outbox, attachments } = parts;
  const fault = el("p", { class: "fault", role: "alert" });
  const chips = el("ul", { class: "chips" });
  const field = el("textarea", {
    ...{
      rows: 1,
      placeholder: say("placeholder"),
      "aria-label": say("placeholder"),
      enterkeyhint: "send",
      dir: "auto",
    },
    oninput: () => changed(),
    onkeydown: (event: KeyboardEvent) => isSend(event) && (event.preventDefault(), send()),
    onpaste: (event: ClipboardEvent) => take(event.clipboardData?.files, event),
  });
  const picker = el("input", {
    ...{ type: "file", multiple: true, accept: ACCEPT, hidden: true, tabindex: -1, "aria-label": say("attach") },
    onchange: () => (take(picker.files ?? undefined), (picker.value = "")),
  });
  const pick = el(
    "button",
    { type: "button", class: "tool", "aria-label": say("attach"), onclick: () => picker.click() },
    icon("clip"),
  );
  const button = el("button", { type: "submit", class: "send", "aria-label": say("send") }, icon("send"));
  const form = el(
    "form",
    {
      class: "composer",
      onsubmit: (event: Event) => (event.preventDefault(), send()),
      ondragover: (event: DragEvent) => event.preventDefault(),
      ondrop: (event: DragEvent) => (event.preventDefault(), take(event.dataTransfer?.files, event)),
    },
    fault,
    chips,
    el("div", { class: "row" }, pick, picker, field, button),
  );
  let current: readonly Attachment[] = [];

  function take(files: FileList | undefined, event?: Event): void {
    if (!files || files.length === 0) return;
    event?.preventDefault();
    const faults = attachments.add([...files]);
    complain(faults.map(({ word, name }) => say(word, { name })).join(" "));
  }

  function complain(text: string): void {
    setText(fault, text);
    show(fault, text !== "");
  }

  function changed(): void {
    keep.set("draft", field.value || undefined);
    const over = [...field.value].length - LONGEST;
    complain(over > 0 ? say("tooLong", { n: over }) : "");
    resize();
    if (field.value !== "") parts.typing();
  }

  function resize(): void {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
  }

  function send(): void {
    const text = field.value.trim();
    if ([...text].length > LONGEST || current.some(({ file, fault: wrong }) => !file && !wrong)) return;
    const files = attachments.take();
    if (text === "" && files.length === 0) return;
    outbox.add({ ...(text !== "" && { text }), ...(files.length > 0 && { files }) });
    field.value = "";
    changed();
    field.focus();
  }

  field.value = keep.get("draft") ?? "";
  complain("");
  return {
    element: form,
    focus: () => (resize(), field.focus()),
    draw({ attachments: list }: State) {
      if (list !== current) {
        current = list;
        chips.replaceChildren(...list.map((each) => drawChip(each, say, attachments)));
        show(chips, list.length > 0);
      }
      setAttribute(button, "aria-disabled", list.some(({ file, fault: wrong }) => !file && !wrong) && "true");
    },
  };
}

/** Enter sends; while an input method composes Chinese, Enter belongs to it. */
function isSend({ key, shiftKey, isComposing, keyCode }: KeyboardEvent): boolean {
  return key === "Enter" && !shiftKey && !isComposing && keyCode !== 229;
}

function drawChip({ id, name, share, file, fault }: Attachment, say: Say, attachments: Attachments): HTMLElement {
  const percent = Math.floor(share * 100);
  const text = fault ? say(fault, { name }) : name;
  return el(
    "li",
    { class: fault ? "chip failed" : "chip" },
    el("bdi", {}, text),
    !file &&
      !fault &&
      el("progress", { max: 100, value: percent, "aria-label": say("uploading", { name, n: percent }) }),
    fault === "notUploaded" &&
      el("button", { type: "button", class: "quiet", onclick: () => attachments.retry(id) }, say("retry")),
    el(
      "button",
      {
        type: "button",
        class: "tool small",
        "aria-label": say("remove", { name }),
        onclick: () => attachments.remove(id),
      },
      icon("close"),
    ),
  );
}
