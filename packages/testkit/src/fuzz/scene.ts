/**
 * Reads a tree, a path and a policy from text that people can read and a fuzzer can change. The first line has a letter
 * for each option and the directory `from`. The second line is the path. Each other line is a file of the tree.
 *
 * ```
 * cfef /
 * /a/../b
 * d /a
 * f /b
 * l /c ../a
 * ```
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import type { ResolveOptions } from "../edition.js"
import { Resolve } from "../kernel.js"
import { consistent } from "../random.js"
import type { TreeNodeSpec, TreeSpec } from "../tree.js"

export interface Scene {
  readonly options: Required<Pick<ResolveOptions, "containment" | "lastComponent" | "missing" | "symlinks">> & {
    readonly from?: string
    /** The kernel's limit, so that the errno is the same when the limit is reached. */
    readonly maxSymlinks: 40
  }
  readonly path: string
  readonly tree: TreeSpec
}

const containments = { c: "clamp", r: "reject", b: "beneath" } as const
const lastComponents = { f: "follow", k: "keep", u: "unchecked" } as const
const missings = { e: "error", l: "last", t: "tail" } as const
const symlinks = { f: "follow", n: "forbid" } as const

const chosen = <K extends string, A>(from: Readonly<Record<K, A>>, letter: string | undefined, first: NoInfer<A>): A =>
  letter !== undefined && letter in from ? from[letter as K] : first // `in` has checked it

/** Limits for the tree, since it is created on a disk for each input. */
const MOST_FILES = 64
const DEEPEST = 8

/**
 * The kernel's limits, without the NUL. A byte that is not UTF-8 counts as three here, which is stricter than needed.
 */
const LONGEST_NAME = 255
const LONGEST_PATH = 4095

const isName = (name: string): boolean =>
  name !== "" && name !== "." && name !== ".." && Buffer.byteLength(name) <= LONGEST_NAME

const types = { d: "dir", f: "file", l: "symlink" } as const

const specOf = (line: string): ReadonlyArray<TreeNodeSpec> => {
  const [letter, place = "", ...rest] = line.split(" ")
  const names = place.split("/").filter(isName)
  const target = rest.join(" ")
  const type = chosen(types, letter, "dir")
  if (line.includes("\0") || names.length === 0 || names.length > DEEPEST) return []
  if (type === "symlink" && (target === "" || Buffer.byteLength(target) > LONGEST_PATH)) return []
  return [{ path: `/${names.join("/")}`, type, ...(type === "symlink" ? { target } : {}) }]
}

export const sceneOf = (text: string): Scene => {
  const [first = "", path = "", ...rest] = text.split("\n")
  const [containment, lastComponent, missing, links, , ...from] = first
  return {
    options: {
      containment: chosen(containments, containment, "clamp"),
      lastComponent: chosen(lastComponents, lastComponent, "follow"),
      missing: chosen(missings, missing, "error"),
      symlinks: chosen(symlinks, links, "follow"),
      ...(from.length === 0 || from.includes("\0") ? {} : { from: from.join("") }),
      maxSymlinks: 40
    },
    path,
    tree: consistent(rest.slice(0, MOST_FILES).flatMap(specOf))
  }
}

/** Creates the tree in an empty directory of the host. Unlike `materialize`, it allows names of any bytes. */
export const make = (directory: string, tree: TreeSpec, bytesOf: (text: string) => Buffer): void => {
  const place = (path: string) => bytesOf(directory + path)
  for (const { path, target = "", type } of tree) {
    const parent = path.slice(0, path.lastIndexOf("/"))
    mkdirSync(place(parent), { recursive: true })
    if (type === "dir") mkdirSync(place(path), { recursive: true })
    else if (type === "file") writeFileSync(place(path), "")
    else symlinkSync(bytesOf(target), place(path))
  }
}

/** The flags of `openat2` for the same policy, or `undefined` if the kernel has no such policy. */
export const resolveOf = ({ containment, lastComponent, missing, symlinks }: Scene["options"]): number | undefined => {
  if (containment === "reject" || lastComponent === "unchecked" || missing !== "error") return undefined
  return (containment === "clamp" ? Resolve.inRoot : Resolve.beneath) | (symlinks === "forbid" ? Resolve.noSymlinks : 0)
}
