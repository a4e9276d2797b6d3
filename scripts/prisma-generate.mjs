// Writes Prisma's client into src/store/generated.
// Prisma's own command line is not used: it fetches a native engine, which air-gapped machines cannot have.
import { createRequire } from "node:module";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const require = createRequire(import.meta.url); // the ES builds of these two packages name files that they do not ship

export async function generateClient() {
  const { PrismaClientTsGenerator } = require("@prisma/client-generator-ts");
  const { getGenerators, loadSchemaContext, createSchemaPathInput } = require("@prisma/internals");
  const schemaPathFromArgs = path.join(root, "prisma/schema.prisma");
  const schemaContext = await loadSchemaContext({
    schemaPath: createSchemaPathInput({ schemaPathFromArgs, baseDir: root }),
    printLoadMessage: false,
  });
  const registry = { "prisma-client": { type: "in-process", generator: new PrismaClientTsGenerator() } };
  for (const generator of await getGenerators({ schemaContext, registry })) {
    await generator.generate();
    generator.stop();
  }
}
