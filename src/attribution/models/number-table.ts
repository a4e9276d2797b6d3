/** Numbers whole numbers below 2^53 in the order they are first seen: a `Map` of them costs six times the memory. */
export interface NumberTable {
  readonly size: number;
  /** The place of this key, which is new when it equals the `size` before. */
  place(key: number): number;
}

export function createNumberTable(room = 1_024): NumberTable {
  let slots = 2 ** Math.ceil(Math.log2(room * 2));
  let keys = new Float64Array(slots).fill(-1);
  let places = new Uint32Array(slots);
  let size = 0;

  function slotOf(key: number): number {
    let slot = hash(key) & (slots - 1);
    while (keys[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & (slots - 1);
    return slot;
  }

  function widen(): void {
    const [oldKeys, oldPlaces] = [keys, places];
    slots *= 2;
    keys = new Float64Array(slots).fill(-1);
    places = new Uint32Array(slots);
    for (let at = 0; at < oldKeys.length; at++) {
      if (oldKeys[at] === -1) continue;
      const slot = slotOf(oldKeys[at]!);
      keys[slot] = oldKeys[at]!;
      places[slot] = oldPlaces[at]!;
    }
  }

  return {
    get size() {
      return size;
    },
    place(key) {
      const slot = slotOf(key);
      if (keys[slot] === key) return places[slot]!;
      keys[slot] = key;
      places[slot] = size++;
      if (size * 2 > slots) widen();
      return size - 1;
    },
  };
}

function hash(key: number): number {
  let bits = Math.imul((key >>> 0) ^ Math.imul((key / 2 ** 32) >>> 0, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
