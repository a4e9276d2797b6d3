import tseslint from "typescript-eslint";

const outsideTheClock = "Take the Clock as an argument: time and chance come in from outside.";

export default tseslint.config(
  { ignores: ["dist/", "console/vite.config.ts", "data/", "src/store/generated/", "**/*.cjs"] },
  ...tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.js", "scripts/*.mjs"] } } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "smart"],
      "no-console": "error",
      "prefer-const": "error",
      "max-lines": ["error", { max: 350 }],
      "max-lines-per-function": ["error", { max: 60, skipComments: true, skipBlankLines: true }],
      complexity: ["error", 16],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "off", // noUncheckedIndexedAccess asks for it where a length was just checked
      "@typescript-eslint/no-empty-function": "off",
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Only config.ts reads the environment." },
        { object: "Date", property: "now", message: outsideTheClock },
        { object: "Math", property: "random", message: outsideTheClock },
        { object: "performance", property: "now", message: outsideTheClock },
      ],
      "no-restricted-globals": [
        "error",
        { name: "setTimeout", message: outsideTheClock },
        { name: "setInterval", message: outsideTheClock },
      ],
    },
  },
  {
    // A signature is compared in constant time or not at all.
    files: ["adapters/*/*.ts", "src/http/**/*.ts", "src/staff/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "BinaryExpression[operator=/^[!=]==?$/]:matches([left.name=/[sS]ignature|[hH]mac/], [right.name=/[sS]ignature|[hH]mac/])",
          message: "Compare signatures with sameSecret.",
        },
      ],
    },
  },
  {
    // The one clock, ids that are identity and no decision, and what plays the outside world.
    files: [
      "src/lib/clock.ts",
      "src/lib/ids.ts",
      "src/config.ts",
      "adapters/*/emulator*.ts",
      "adapters/*/emulated.ts",
      "**/*.test.ts",
      "tests/**",
      "bench/**",
      "demo/**",
      "lab/**",
      "scripts/**",
      "console/**",
      "widget/**",
    ],
    rules: { "no-restricted-properties": "off", "no-restricted-globals": "off" },
  },
  {
    files: ["src/main.ts", "src/cli.ts", "src/cli/**", "bench/**", "demo/**", "lab/**", "scripts/**", "tests/**"],
    rules: { "no-console": "off" },
  },
  // A component's markup is one tree: it is long before it is complicated.
  { files: ["console/**/*.tsx", "widget/src/view/*.ts"], rules: { "max-lines-per-function": ["error", { max: 120 }] } },
  {
    files: ["**/*.test.ts", "tests/**"],
    rules: { "max-lines-per-function": "off", "max-lines": ["error", { max: 400 }] },
  },
  { files: ["scripts/*.mjs", "*.js", "lab/page/*.js"], ...tseslint.configs.disableTypeChecked },
);
