/** The names in a directory, in the order of their bytes, as Node has them. */
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import { fstatSync, readdir, readdirSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import { fromNode } from "../pathBytes.js"
import { operation, pooled } from "./operation.js"

/** Whether Node may have lost something when it decoded the names. */
const isLossy = (texts: ReadonlyArray<string>): boolean => texts.some((text) => text.includes("\ufffd"))

/** The names with a character for each byte, which is cheap to make, as text: escaped where they are no UTF-8. */
const decoded = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.map((name) => {
    const bytes = Buffer.from(name, "latin1")
    return fromNode(bytes.toString(), () => bytes)
  })

/**
 * At once, for a directory that is not large.
 *
 * @internal
 */
export const namesNow = (fd: number): ReadonlyArray<string> => {
  const path = descriptorPath(fd)
  const texts = readdirSync(path)
  return isLossy(texts) ? decoded(readdirSync(path, "latin1")) : texts
}

/**
 * In bytes. What a directory says of its size differs between file systems, but in most it grows with the names: a few
 * thousand have room in this. They are read in a few milliseconds; the thread pool takes twenty times as long for a small
 * directory.
 */
const LARGE = 65_536

const onPool = (method: string, path: string, fd: number, encoding: BufferEncoding) =>
  pooled<ReadonlyArray<string>>(method, path, (done) => readdir(descriptorPath(fd), encoding, done))

/**
 * Without stopping the event loop, however many there are. `fd` must stay open until then.
 *
 * @internal
 */
export const names = (method: string, path: string, fd: number): Effect.Effect<ReadonlyArray<string>, PlatformError> =>
  Effect.flatMap(
    operation(method, path, () => fstatSync(fd).size > LARGE ? undefined : namesNow(fd)),
    (few) =>
      few !== undefined ? Effect.succeed(few) : Effect.flatMap(
        onPool(method, path, fd, "utf8"),
        (texts) => isLossy(texts) ? Effect.map(onPool(method, path, fd, "latin1"), decoded) : Effect.succeed(texts)
      )
  )
