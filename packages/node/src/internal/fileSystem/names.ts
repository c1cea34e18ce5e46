/** The names in a directory, in the order of their bytes, as Node returns them. */
import type { Call, Now } from "@procfsroot/vfs/Program"
import { fstatSync, readdir, readdirSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import { fromNode } from "../pathBytes.js"
import { pooled } from "./pooled.js"

/** Whether Node may have lost bytes when it decoded the names. */
const isLossy = (texts: ReadonlyArray<string>): boolean => texts.some((text) => text.includes("\ufffd"))

/** Decodes names that have one character for each byte. Invalid UTF-8 is escaped. */
const decoded = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.map((name) => {
    const bytes = Buffer.from(name, "latin1")
    return fromNode(bytes.toString(), () => bytes)
  })

/** Synchronously, for a directory that is not large. */
const namesNow = (fd: number): ReadonlyArray<string> => {
  const path = descriptorPath(fd)
  const texts = readdirSync(path)
  return isLossy(texts) ? decoded(readdirSync(path, "latin1")) : texts
}

/**
 * In bytes. File systems report the size of a directory differently, but in most it grows with the number of names:
 * this is enough for a few thousand, which are read in a few milliseconds. For a small directory, the thread pool takes
 * twenty times as long.
 */
const LARGE = 65_536

const onPool = (fd: number): Call<ReadonlyArray<string>> =>
  pooled((done) => {
    const path = descriptorPath(fd)
    readdir(path, (error, texts) => {
      if (error !== null || !isLossy(texts)) return done(error, texts)
      readdir(path, "latin1", (error, names) => done(error, error === null ? decoded(names) : []))
    })
  })

/**
 * Does not block the event loop, however many names there are. `fd` must stay open until the call ends.
 *
 * @internal
 */
export const names = (fd: number): Now<ReadonlyArray<string>> => fstatSync(fd).size > LARGE ? onPool(fd) : namesNow(fd)
