/** The functions of `node:fs` that take a descriptor and no path, so they cannot leave a root. */
import * as NodeFs from "node:fs"
import { promisify } from "node:util"
import { splitCallback } from "./arguments.js"
import type { Descriptors, OpenedFile } from "./descriptors.js"
import { passTo } from "./streams.js"

/** The methods of an open file that do the same. Each function has one of its name that ends in `Sync`. */
const methods = {
  close: "close",
  fchmod: "chmod",
  fchown: "chown",
  fdatasync: "datasync",
  fstat: "stat",
  fsync: "sync",
  ftruncate: "truncate",
  futimes: "utimes",
  read: "read",
  readv: "readv",
  write: "write",
  writev: "writev"
} as const satisfies Readonly<Record<string, keyof OpenedFile["handle"]>>

type Name = keyof typeof methods

const names = Object.keys(methods) as ReadonlyArray<Name> // the keys of a constant

/** Makes an object with two functions for each name. */
const functionsOf = (later: (name: Name) => unknown, atOnce: (name: `${Name}Sync`) => unknown): object =>
  Object.fromEntries(names.flatMap((name) => [[name, later(name)], [`${name}Sync`, atOnce(`${name}Sync`)]]))

/**
 * Node's own.
 *
 * @internal
 */
export const nodeFunctions: object = functionsOf((name) => NodeFs[name], (name) => NodeFs[name])

/** The results that a callback gets: of `read` and the like, the number of bytes and the buffer. */
const resultsOf = (name: Name, value: unknown): ReadonlyArray<unknown> => {
  if (value === undefined) return []
  return name === "fstat" ? [value] : Object.values(Object(value))
}

/** Without a callback, an error of `close` ends the process. */
const ended = (error: unknown): void => {
  if (error !== null) throw error
}

type Arguments = ReadonlyArray<unknown>

/**
 * Node's own, but they work on the files of a root if they get one of its descriptors.
 *
 * @internal
 */
export const withDescriptors = ({ find }: Descriptors): object => {
  const later = (name: Name) => {
    const own: (...args: ReadonlyArray<never>) => void = NodeFs[name]
    const promised = promisify(own) as (...args: ReadonlyArray<never>) => unknown // it takes what `own` takes
    const perform = ({ handle }: OpenedFile, args: Arguments): Promise<unknown> =>
      Reflect.apply(handle[methods[name]], handle, args)
    const call = (fd: unknown, ...args: Arguments): void => {
      const file = find(fd)
      if (file === undefined) return Reflect.apply(own, NodeFs, [fd, ...args])
      const [before, answer] = splitCallback(args, name === "close" ? ended : undefined)
      passTo(perform(file, before), answer, (value) => answer(null, ...resultsOf(name, value)))
    }
    const promise = async (fd: unknown, ...args: Arguments): Promise<unknown> => {
      const file = find(fd)
      return file === undefined ? Reflect.apply(promised, NodeFs, [fd, ...args]) : perform(file, args)
    }
    return Object.assign(call, { [promisify.custom]: promise })
  }
  const atOnce = (name: `${Name}Sync`) => {
    const own: (...args: ReadonlyArray<never>) => unknown = NodeFs[name]
    return (fd: unknown, ...args: Arguments): unknown => {
      const file = find(fd)
      return file === undefined ? Reflect.apply(own, NodeFs, [fd, ...args]) : Reflect.apply(file[name], file, args)
    }
  }
  return functionsOf(later, atOnce)
}
