/**
 * Copies tar streams while an attacker exchanges files. To check what was packed, it is unpacked in a directory that
 * nobody attacks.
 */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import * as Fs from "node:fs"
import { itIsNotLedOut } from "../copy/races.js"
import { pack, unpack } from "./archives.js"

const packed = async (root: OpenRoot, path: string): Promise<Buffer> => (await pack({ root, path })).bytes

itIsNotLedOut({
  out: async (from, source, to, i) => {
    const bytes = await packed(from, source)
    Fs.mkdirSync(to.hostPath(await to.resolve(`/${i}`, { missing: "last" })))
    return (await unpack({ root: to, path: `/${i}` }, bytes)).copied
  },
  into: async (from, to, path, i) =>
    (await unpack({ root: to, path }, await packed(from, "/."), { overwrite: i % 3 > 0 })).copied
})
