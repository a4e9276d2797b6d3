/** A sparse vector: `values[i]` stands at place `ids[i]`; ids are distinct. */
export interface Sparse {
  ids: Int32Array;
  values: Float32Array;
}

/**
 * A sparse matrix by feature: the entries of feature `f` are `begins[f]` up to `begins[f + 1]`; each says in which
 * column (an article, a phrasing) it stands, and with what value. Typed arrays: they move between threads for nothing.
 */
export interface Postings {
  begins: Int32Array;
  columns: Int32Array;
  values: Float32Array;
}

/** @param columns each a sparse vector over `features`. */
export function postingsOf(columns: readonly Sparse[], features: number): Postings {
  const begins = new Int32Array(features + 1);
  for (const { ids } of columns) for (const id of ids) begins[id + 1]!++;
  for (let feature = 0; feature < features; feature++) begins[feature + 1]! += begins[feature]!;
  const next = begins.slice();
  const postings = {
    begins,
    columns: new Int32Array(begins[features]!),
    values: new Float32Array(begins[features]!),
  };
  columns.forEach(({ ids, values }, column) => {
    for (let i = 0; i < ids.length; i++) {
      const at = next[ids[i]!]!++;
      postings.columns[at] = column;
      postings.values[at] = values[i]!;
    }
  });
  return postings;
}

/** Adds the product of `vector` with each column to `sums`, which has a place for each column. */
export function addProducts({ begins, columns, values }: Postings, vector: Sparse, sums: Float64Array): Float64Array {
  for (let i = 0; i < vector.ids.length; i++) {
    const feature = vector.ids[i]!;
    const value = vector.values[i]!;
    const end = begins[feature + 1]!;
    for (let at = begins[feature]!; at < end; at++) sums[columns[at]!]! += value * values[at]!;
  }
  return sums;
}

export function squaredLength(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

export function dot(a: Float32Array | Float64Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
