/**
 * The tests that `main.mjs` names, in one file. Vitest loads the code again for each file, which would take most of
 * the time, since all of these tests run for each change that they reach.
 */
import { fileURLToPath } from "node:url"

const { tests } = JSON.parse(process.env["MUTATION"] ?? "") as { readonly tests: ReadonlyArray<string> }

for (const file of tests) {
  await import(/* @vite-ignore */ fileURLToPath(new URL(`../../../${file}`, import.meta.url)))
}
