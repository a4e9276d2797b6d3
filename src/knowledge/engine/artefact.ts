import { HubError } from "../../contract/index.ts";

/** A stored model that this program cannot use; train again. */
export class BadArtefact extends HubError {
  readonly code = "bad_artefact";
}

const MAGIC = "TRIBUTARY-MODEL";
/** Counts up with every change of what is stored or of how texts are read: an older model would answer nonsense. */
export const ARTEFACT_VERSION = 1;

const KINDS = { Int32Array, Uint32Array, Float32Array, Float64Array, Uint8Array } as const;
type Kind = keyof typeof KINDS;
type Typed = InstanceType<(typeof KINDS)[Kind]>;

/** Typed arrays begin at multiples of this. */
const ALIGNED = 8;

interface Reference {
  $array: Kind;
  begin: number;
  length: number;
}

/**
 * A value of plain objects and typed arrays as one piece of bytes: a line of JSON that says where each array begins, and
 * the arrays. Reading copies nothing: the arrays look into the bytes.
 */
export function serialise(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: { at: number; array: Typed }[] = [];
  let end = 0;
  const body = JSON.stringify(value, (_key, each: unknown) => {
    const kind = kindOf(each);
    if (!kind) return each;
    const array = each as Typed;
    const reference: Reference = { $array: kind, begin: end, length: array.length };
    arrays.push({ at: end, array });
    end = aligned(end + array.byteLength);
    return reference;
  });
  const head = new TextEncoder().encode(`${MAGIC} ${ARTEFACT_VERSION}\n${body}\n`);
  const begin = aligned(head.length);
  const bytes = new Uint8Array(begin + end).fill(0x20, head.length, begin);
  bytes.set(head);
  for (const { at, array } of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), begin + at);
  }
  return bytes;
}

/** @throws BadArtefact when the bytes are not of this program and version, or cut off. */
export function deserialise(given: Uint8Array): unknown {
  const bytes = given.byteOffset % ALIGNED === 0 ? given : given.slice();
  const line = lineAt(bytes, 0);
  const [magic, version] = line.text.split(" ");
  if (magic !== MAGIC) throw new BadArtefact("These bytes are no stored model. Train the model again.");
  if (Number(version) !== ARTEFACT_VERSION)
    throw new BadArtefact(
      `The stored model has version ${version}, this program reads ${ARTEFACT_VERSION}. Train again.`,
    );
  const body = lineAt(bytes, line.end);
  const begin = aligned(body.end);
  try {
    return revived(JSON.parse(body.text), (reference) => arrayAt(bytes, begin, reference));
  } catch (error) {
    throw error instanceof BadArtefact
      ? error
      : new BadArtefact("The stored model is damaged. Train again.", { cause: error });
  }
}

/** Puts the arrays into their places. Lists of texts, which can be long, are left as they are. */
function revived(value: unknown, arrayOf: (reference: Reference) => Typed): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isReference(value)) return arrayOf(value);
  if (Array.isArray(value)) return typeof value[0] === "object" ? value.map((each) => revived(each, arrayOf)) : value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revived(each, arrayOf)]));
}

function arrayAt(bytes: Uint8Array, begin: number, { $array, begin: at, length }: Reference): Typed {
  const Kept = KINDS[$array];
  const from = begin + at;
  if (!Kept || from + length * Kept.BYTES_PER_ELEMENT > bytes.byteLength)
    throw new BadArtefact("The stored model is cut off. Train again.");
  return new Kept(bytes.buffer as ArrayBuffer, bytes.byteOffset + from, length);
}

function lineAt(bytes: Uint8Array, begin: number): { text: string; end: number } {
  const end = bytes.indexOf(0x0a, begin);
  if (end < 0) throw new BadArtefact("These bytes are no stored model. Train the model again.");
  return { text: new TextDecoder().decode(bytes.subarray(begin, end)), end: end + 1 };
}

function kindOf(value: unknown): Kind | undefined {
  return (Object.keys(KINDS) as Kind[]).find((kind) => value instanceof KINDS[kind]);
}

function isReference(value: unknown): value is Reference {
  return typeof value === "object" && value !== null && "$array" in value;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNED) * ALIGNED;
}
