/** Reads a regular file up to a limit. */
import type { FileOperations } from "../InodeOperations.js"
import type { Program } from "../Program.js"
import { checkReadSize } from "./arguments.js"
import { closing } from "./content.js"
import { checkRegular } from "./copyRules.js"
import { namedIn, refuse } from "./errno.js"
import { typeOf } from "./mode.js"
import { flagsOf } from "./openFlags.js"
import { type Context, during } from "./operation.js"
import { sync, turn } from "./program.js"

const tooLarge = (maxBytes: number): never =>
  refuse("ERR_FS_FILE_TOO_LARGE", `it is larger than maxBytes, which is ${maxBytes}`)

/** Files of procfs report size 0, so the first buffer has at least this size, if the limit permits it. */
const LEAST = 4_096

/** Reads up to one byte more than the limit, which is enough to see that the file is too large. */
function* readUpTo<F>(files: FileOperations<F>, file: F, size: number, maxBytes: number): Program<Uint8Array> {
  let buffer = new Uint8Array(Math.min(Math.max(size, LEAST), maxBytes) + 1)
  let length = 0
  for (;;) {
    const count = yield* namedIn("read", [], sync(() => files.read(file, buffer.subarray(length), undefined)))
    if (count === 0) return buffer.slice(0, length)
    length += count
    if (length > maxBytes) tooLarge(maxBytes)
    if (length === buffer.length) {
      const grown = new Uint8Array(Math.min(2 * length, maxBytes) + 1)
      grown.set(buffer)
      buffer = grown
    }
    yield turn
  }
}

/** @internal */
export const readFileBounded = <H, F>(context: Context<H, F>, path: string, maxBytes: number): Program<Uint8Array> =>
  during(context, "open", [path], function*(resolver) {
    checkReadSize(maxBytes, "maxBytes")
    resolver.checkToOpen(path)
    const { operations } = resolver
    const inode = resolver.existing(path)
    const attributes = operations.getattr(inode)
    checkRegular(typeOf(attributes))
    if (attributes.size > maxBytes) tooLarge(maxBytes)
    const file = operations.openInode(inode, flagsOf("r"))
    return yield* closing(operations.files, file, false, readUpTo(operations.files, file, attributes.size, maxBytes))
  })
