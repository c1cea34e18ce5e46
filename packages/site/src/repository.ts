import { fileURLToPath } from "node:url"

/** Where the repository is on this machine. */
export const repository = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "")

/** The directory of this package. */
export const site = `${repository}/packages/site`
