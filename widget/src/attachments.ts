import type { SentFile } from "./message.ts";
import type { Attachment, Store } from "./state.ts";
import type { Visitor } from "./visitor.ts";
import type { Word } from "./words.ts";
import { Refusal, type Wire } from "./wire.ts";

export interface Attachments {
  /** @returns what is wrong with those that cannot be sent. */
  add(files: readonly File[]): { word: Word; name: string }[];
  retry(id: string): void;
  remove(id: string): void;
  /** The files that have arrived; they are no longer attached. */
  take(): SentFile[];
}

const MOST_BYTES = 10 * 1024 * 1024;
const MOST_FILES = 10;
const TAKEN = /^(image\/(png|jpe?g|gif|webp)|application\/pdf|text\/plain|audio\/|video\/(mp4|webm))/;

/** For the browser's file picker. */
export const ACCEPT =
  "image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain,audio/*,video/mp4,video/webm";

/** Files go to the hub as soon as they are picked; the message then names them. */
export function createAttachments(parts: { store: Store; wire: Wire; visitor: Visitor; newId(): string }): Attachments {
  const { store, wire, visitor, newId } = parts;
  const files = new Map<string, { file: File; ending: AbortController }>();

  function change(id: string, part: Partial<Attachment>): void {
    store.change({
      attachments: store.state.attachments.map((each) => (each.id === id ? { ...each, ...part } : each)),
    });
  }

  async function upload(id: string): Promise<void> {
    const { file, ending } = files.get(id)!;
    change(id, { share: 0, fault: undefined as never });
    try {
      const { token } = await visitor.session();
      const sent = await wire.upload<SentFile>(file, token, (share) => change(id, { share }), ending.signal);
      change(id, { share: 1, file: sent, name: sent.name });
    } catch (error) {
      change(id, { fault: faultOf(error) });
    }
  }

  function remove(id: string): void {
    files.get(id)?.ending.abort();
    files.delete(id);
    store.change({ attachments: store.state.attachments.filter((each) => each.id !== id) });
  }

  return {
    add(given) {
      const faults: { word: Word; name: string }[] = [];
      for (const file of given) {
        const word = store.state.attachments.length >= MOST_FILES ? "tooMany" : wrongWith(file);
        if (word) {
          faults.push({ word, name: file.name });
          continue;
        }
        const id = newId();
        files.set(id, { file, ending: new AbortController() });
        store.change({ attachments: [...store.state.attachments, { id, name: file.name, share: 0 }] });
        void upload(id);
      }
      return faults;
    },
    retry: (id) => void upload(id),
    remove,
    take() {
      const arrived = store.state.attachments.filter(({ file }) => file);
      for (const { id } of arrived) remove(id);
      return arrived.flatMap(({ file }) => file ?? []);
    },
  };
}

/** What is known before it is sent; the hub looks at the bytes. */
function wrongWith({ size, type }: File): Word | undefined {
  if (size > MOST_BYTES) return "tooLarge";
  if (size === 0) return "empty";
  return type === "" || TAKEN.test(type) ? undefined : "wrongType";
}

function faultOf(error: unknown): Word {
  if (!(error instanceof Refusal)) return "notUploaded";
  if (error.status === 413) return "tooLarge";
  return error.status === 415 ? "wrongType" : "notUploaded";
}
