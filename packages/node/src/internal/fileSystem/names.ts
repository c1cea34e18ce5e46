/** The names in a directory, in the order of their bytes, as Node has them. */
import type { Call, Now } from "@procfsroot/vfs/Program"
import { fstatSync, readdir, readdirSync } from "node:fs"
import { descriptorPath } from "../constants.js"
import { fromNode } from "../pathBytes.js"
import { pooled } from "./pooled.js"

/** Whether Node may have lost something when it decoded the names. */
const isLossy = (texts: ReadonlyArray<string>): boolean => texts.some((text) => text.includes("\ufffd"))

/** The names with a character for each byte, which is cheap to make, as text: escaped where they are not UTF-8. */
const decoded = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.map((name) => {
    const bytes = Buffer.from(name, "latin1")
    return fromNode(bytes.toString(), () => bytes)
  })

/** At once, for a directory that is not large. */
const namesNow = (fd: number): ReadonlyArray<string> => {
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

const onPool = (fd: number): Call<ReadonlyArray<string>> =>
  pooled((done) => {
    const path = descriptorPath(fd)
    readdir(path, (error, texts) => {
      if (error !== null || !isLossy(texts)) return done(error, texts)
      readdir(path, "latin1", (error, names) => done(error, error === null ? decoded(names) : []))
    })
  })

/**
 * Without stopping the event loop, however many there are. `fd` must stay open until then.
 *
 * @internal
 */
export const names = (fd: number): Now<ReadonlyArray<string>> => fstatSync(fd).size > LARGE ? onPool(fd) : namesNow(fd)
