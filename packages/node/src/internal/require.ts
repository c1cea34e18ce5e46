/** Finds packages by name, as `require` does. */
import { createRequire } from "node:module"

/**
 * A function like `require` for this file, or for the bundle that contains it. In a bundle in CommonJS, there is no
 * `import.meta.url`.
 *
 * @internal
 */
export const makeRequire = (): NodeJS.Require => createRequire(import.meta.url ?? __filename)
