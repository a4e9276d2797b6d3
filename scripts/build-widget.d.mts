/** Builds the website chat's script into the folder; dist/widget unless it is told otherwise. */
export function buildWidget(outdir?: string): Promise<unknown>;
