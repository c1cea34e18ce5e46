/**
 * The version of this package, which a bundle keeps. `npm run release:version` writes it.
 *
 * @internal
 */
export const version = "0.1.0"
