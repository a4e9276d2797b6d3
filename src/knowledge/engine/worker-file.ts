/**
 * Where a worker's program lies: beside the bundle that asks (`npm run build` makes each worker an entry of its own), or
 * in dist/ when the sources are run as they are, as tests do.
 */
export function workerFile(name: "training-worker" | "encoder-worker", here: string = import.meta.url): URL {
  const isSource = here.endsWith(".ts");
  return new URL(isSource ? `../../../dist/${name}.js` : `./${name}.js`, here);
}
