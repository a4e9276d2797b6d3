// Who may know whom. Each rule's name is the sentence.
const room = "^src/(conversations|attribution|handover|knowledge|voice|channels|media|staff|notify|organisation)/";
const tests = "\\.test\\.ts$";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "nothing-goes-in-a-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "the-contract-knows-only-zod-and-node",
      severity: "error",
      from: { path: "^src/contract/", pathNot: tests },
      to: {
        pathNot: ["^src/contract/", "^node_modules/(zod|@types/(mdast|node))", "^zod", "^mdast"],
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "an-adapter-knows-the-contract-and-itself",
      severity: "error",
      from: { path: "^adapters/([^/]+)/", pathNot: tests },
      to: {
        path: "^(src|adapters|tests|console|widget)/",
        pathNot: ["^src/contract/", "^adapters/$1/", "^adapters/graph/"],
      },
    },
    {
      name: "graph-is-for-the-platforms-of-meta",
      severity: "error",
      from: { path: "^adapters/", pathNot: ["^adapters/(graph|whatsapp|messenger|instagram)/", tests] },
      to: { path: "^adapters/graph/" },
    },
    {
      name: "the-store-knows-the-contract-and-lib",
      severity: "error",
      from: { path: "^src/store/", pathNot: tests },
      to: { path: "^(src|adapters)/", pathNot: "^src/(store|contract|lib)/" },
    },
    {
      name: "lib-has-no-opinion",
      severity: "error",
      from: { path: "^src/lib/", pathNot: tests },
      to: { path: "^(src|adapters)/", pathNot: "^src/(lib|contract)/" },
    },
    {
      name: "the-corridor-knows-no-room",
      severity: "error",
      from: { path: "^src/corridor/", pathNot: tests },
      to: { path: "^(src|adapters)/", pathNot: "^src/(corridor|store|contract|lib)/" },
    },
    {
      name: "a-room-knows-corridor-store-contract-and-lib",
      severity: "error",
      from: { path: room, pathNot: tests },
      to: { path: "^(src|adapters)/", pathNot: ["^src/(corridor|store|contract|lib)/", room] },
    },
    {
      name: "another-room-only-through-its-index",
      severity: "error",
      from: { path: "^src/([^/]+)/", pathNot: tests },
      to: { path: room, pathNot: ["^src/$1/", "/index\\.ts$"] },
    },
    {
      name: "http-knows-rooms-contract-and-lib",
      severity: "error",
      from: { path: "^src/http/", pathNot: tests },
      to: { path: "^(src|adapters)/", pathNot: ["^src/(http|corridor|store|contract|lib)/", room] },
    },
    {
      name: "the-console-knows-the-contract",
      severity: "error",
      from: { path: "^console/", pathNot: tests },
      to: { path: "^(src|adapters|tests|demo|lab)/", pathNot: "^src/contract/" },
    },
    {
      name: "a-feature-of-the-console-knows-no-other",
      severity: "error",
      from: { path: "^console/src/features/([^/]+)/", pathNot: tests },
      to: { path: "^console/src/features/", pathNot: "^console/src/features/$1/" },
    },
    {
      name: "the-widget-knows-nobody",
      severity: "error",
      from: { path: "^widget/", pathNot: tests },
      to: { path: "^(src|adapters|tests|demo|lab|console|node_modules)/" },
    },
    {
      name: "the-consoles-lib-knows-no-feature",
      severity: "error",
      from: { path: "^console/src/lib/", pathNot: tests },
      to: { path: "^console/src/(features|app)/" },
    },
    {
      name: "only-main-and-cli-know-the-hub",
      severity: "error",
      from: { path: "^(src|adapters)/", pathNot: ["^src/(main|cli|hub)\\.ts$", "^src/(cli|hub)/", tests] },
      to: { path: "^src/hub(\\.ts$|/)" },
    },
    {
      name: "express-is-for-http",
      severity: "error",
      from: { path: "^(src|adapters)/", pathNot: ["^src/http/", tests] },
      to: { path: "^node_modules/(express|@types/express)" },
    },
    {
      name: "sql-is-for-stores",
      severity: "error",
      from: { path: "^(src|adapters)/", pathNot: ["^src/store/", tests] },
      to: { path: "^node_modules/(pg|@prisma)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^src/store/generated/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js"] },
  },
};
