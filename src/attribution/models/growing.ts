/** A typed array that takes more at its end. A million numbers cost what they weigh. */
export interface Growing<T> {
  readonly length: number;
  push(value: number): void;
  get(at: number): number;
  add(at: number, amount: number): void;
  /** What was put in, without spare room. */
  done(): T;
}

type NumberArray = Float64Array | Uint32Array | Int32Array;

export function growing<T extends NumberArray>(make: (length: number) => T, room = 1_024): Growing<T> {
  let values = make(room);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      if (length === values.length) {
        const wider = make(length * 2);
        wider.set(values);
        values = wider;
      }
      values[length++] = value;
    },
    get: (at) => values[at]!,
    add(at, amount) {
      values[at]! += amount;
    },
    done: () => values.slice(0, length) as T,
  };
}

export const doubles = (length: number) => new Float64Array(length);
export const indices = (length: number) => new Uint32Array(length);
