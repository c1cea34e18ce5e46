import { readFileSync } from "node:fs"
import type { RootUnavailable } from "@procfsroot/platform/ResolveError"
import { Root } from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { FileSystemOptions, RootOptions } from "../Wormhole.js"
import { ProcessIsZombie, ProcessNotFound, ProcessNotPermitted, type WormholeError } from "../WormholeError.js"
import { isExhausted } from "./errnoError.js"
import * as nodeRoot from "./nodeRoot.js"
import * as nodeRootFileSystem from "./nodeRootFileSystem.js"

/** The letter behind the command's name, which is in parentheses and may hold others (`/proc/pid/stat` in `proc(5)`). */
const stateOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    return stat[stat.lastIndexOf(")") + 2]
  } catch {
    // Whatever procfs says here, it does not show the process.
    return undefined
  }
}

/** A zombie's root is as missing as that of no process at all: what sets them apart is its state. */
const explain = (pid: number) => (error: RootUnavailable): WormholeError => {
  const { code } = error
  // These say nothing about the process.
  if (error.reason !== undefined || isExhausted(error)) return error
  const state = stateOf(pid)
  if (state === undefined) return new ProcessNotFound({ pid })
  if (state === "Z" || state === "X") return new ProcessIsZombie({ pid })
  return code === "EACCES" || code === "EPERM" ? new ProcessNotPermitted({ pid, code }) : error
}

const rootOf = (pid: number): string => `/proc/${pid}/root`

/** @internal */
export const layer = ({ pid, ...options }: RootOptions) =>
  Layer.scoped(Root, Effect.mapError(nodeRoot.make(rootOf(pid), options), explain(pid)))

/** @internal */
export const fileSystem = ({ pid, ...options }: FileSystemOptions) =>
  Layer.scopedContext(Effect.mapError(nodeRootFileSystem.make(rootOf(pid), options), explain(pid)))
