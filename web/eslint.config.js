import js from "@eslint/js";
import globals from "globals";
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist", "node_modules", "shared/api.gen.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-console": "error",
      eqeqeq: "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Only shared/richtext builds nodes from HTML, behind a Trusted Types policy.
      "no-restricted-syntax": [
        "error",
        {
          selector: "AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]",
          message: "Use shared/richtext/show.ts.",
        },
        {
          selector: "SvelteAttribute[key.name='style']",
          message: "The policy forbids inline styles: use style: directives.",
        },
        {
          selector: "CallExpression[callee.property.name='insertAdjacentHTML']",
          message: "Use shared/richtext/show.ts.",
        },
      ],
    },
  },
  {
    files: ["shared/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["$inbox/**", "**/inbox/**"], message: "Shared code does not know the inbox." }] },
      ],
    },
  },
  { files: ["e2e/**", "scripts/**", "mock/**"], rules: { "no-console": "off" } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"] } },
    rules: {
      "svelte/no-at-html-tags": "error",
      // Only collections that the interface shows are reactive.
      "svelte/prefer-svelte-reactivity": "off",
      // app/router.svelte.ts makes the addresses; this is not SvelteKit.
      "svelte/no-navigation-without-resolve": "off",
      "max-lines": ["error", 250],
    },
  },
);
