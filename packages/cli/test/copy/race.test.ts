/** Copies trees while an attacker exchanges their files. */
import { copyTree } from "./boxes.js"
import { itIsNotLedOut } from "./races.js"

itIsNotLedOut({
  out: async (from, source, to, i) => (await copyTree(from, source, to, `/${i}`)).copied,
  into: async (from, to, path, i) =>
    (await copyTree(from, "/", to, i % 2 === 0 ? path : `${path}/new`, { overwrite: i % 3 > 0 })).copied
})
