/** What every backend is asked beside the kernel: the same policies, and random trees and paths that a seed reproduces. */
import * as FastCheck from "effect/FastCheck"
import type { PathPolicy } from "./edition.js"
import { Resolve } from "./kernel.js"
import { directoriesOf, mountsOf, type MountSpec, numberOf } from "./mounts.js"
import * as Random from "./random.js"
import type { TreeSpec } from "./tree.js"

export const seed = Number(process.env["SEED"] ?? 20_261_124)

const pathsPerTree = 40

interface Options {
  readonly lastComponent?: "keep"
  readonly containment?: "beneath"
  readonly symlinks?: "forbid"
  readonly mounts?: "forbid"
}

/** A policy that the kernel has too, with its flags for `openat2`. */
interface Judged {
  readonly resolve: number
  /** Paths are taken from `fromOf(tree)`. */
  readonly from?: true
}

export interface JudgedPolicy extends Judged {
  readonly options: Options
  readonly lastComponent: "follow" | "keep"
}

export interface JudgedFileSystemPolicy extends Judged {
  readonly policy: PathPolicy
}

const { beneath, inRoot, noSymlinks, noXdev } = Resolve

/** The policies of file systems that the kernel has too. */
export const fileSystemPolicies: ReadonlyArray<JudgedFileSystemPolicy> = [
  { policy: {}, resolve: inRoot },
  { policy: { containment: "beneath" }, resolve: beneath },
  { policy: { symlinks: "forbid" }, resolve: inRoot | noSymlinks },
  { policy: { containment: "beneath", symlinks: "forbid" }, resolve: beneath | noSymlinks },
  { policy: {}, resolve: inRoot, from: true },
  { policy: { containment: "beneath" }, resolve: beneath, from: true }
]

/** Those for trees with mounts, for file systems that can tell where one begins. */
export const mountPolicies: ReadonlyArray<JudgedFileSystemPolicy> = [
  { policy: { mounts: "forbid" }, resolve: inRoot | noXdev },
  { policy: { containment: "beneath", mounts: "forbid" }, resolve: beneath | noXdev, from: true }
]

/** The policies of roots that the kernel has too. */
export const policies: ReadonlyArray<JudgedPolicy> = [
  { options: {}, resolve: inRoot, lastComponent: "follow" },
  { options: { lastComponent: "keep" }, resolve: inRoot, lastComponent: "keep" },
  { options: { containment: "beneath" }, resolve: beneath, lastComponent: "follow" },
  { options: { symlinks: "forbid" }, resolve: inRoot | noSymlinks, lastComponent: "follow" },
  { options: {}, resolve: inRoot, lastComponent: "follow", from: true },
  { options: { containment: "beneath", lastComponent: "keep" }, resolve: beneath, lastComponent: "keep", from: true }
]

/** Those for trees with mounts, for roots that can tell where one begins. */
export const rootMountPolicies: ReadonlyArray<JudgedPolicy> = [
  { options: { mounts: "forbid" }, resolve: inRoot | noXdev, lastComponent: "follow" },
  { options: { mounts: "forbid", lastComponent: "keep" }, resolve: inRoot | noXdev, lastComponent: "keep", from: true },
  {
    options: { mounts: "forbid", containment: "beneath" },
    resolve: beneath | noXdev,
    lastComponent: "follow"
  }
]

/** Where paths of a tree are taken from: mostly a directory of it, sometimes what is none. */
export const fromOf = (tree: TreeSpec): string => {
  const k = numberOf(tree)
  const directories = directoriesOf(tree)
  const directory = directories[k % directories.length] ?? "/."
  const other = tree[k % tree.length]?.path ?? "/nope"
  const [, link = other] = tree.flatMap(({ path, type }) => type === "symlink" ? [path] : [])
  const forms = [directory, directory, `${directory}/`, `${directory}/.`, `${directory}/..`, link, other, "nope"]
  const from = forms[k % forms.length] ?? directory
  return k % 3 === 0 ? from.replace(/^\//, "") : from
}

/** What to ask the kernel for a path that is taken from a directory: none is absolute for `RESOLVE_BENEATH`. */
export const textFrom = (from: string | undefined, path: string): string =>
  from === undefined || path === "" || path.startsWith("/") ? path : `${from.replace(/^\//, "")}/${path}`

/** What a policy means in a tree. */
export interface InTree extends Pick<Judged, "resolve"> {
  readonly from: string | undefined
  readonly mounts: ReadonlyArray<MountSpec>
}

/** With mounts in the tree if `mounted`. */
export const inTree = ({ from, resolve }: Judged, tree: TreeSpec, mounted: boolean): InTree => ({
  resolve,
  from: from && fromOf(tree),
  mounts: mounted ? mountsOf(tree) : []
})

/** The options with the directory that paths are taken from. */
export const optionsFrom = <A extends object>(options: A, { from }: InTree): A & { readonly from?: string } =>
  from === undefined ? options : { ...options, from }

/** As many trees as asked for, or as `TREES` says, each with its paths. */
export const sample = (
  trees: number,
  from = seed
): ReadonlyArray<readonly [tree: TreeSpec, paths: ReadonlyArray<string>]> =>
  FastCheck.sample(
    FastCheck.tuple(Random.tree, FastCheck.array(Random.path, { minLength: pathsPerTree, maxLength: pathsPerTree })),
    { seed: from, numRuns: Number(process.env["TREES"] ?? trees) }
  )

/** How many answers that makes. */
export const comparisons = (samples: ReadonlyArray<unknown>, asked: ReadonlyArray<JudgedPolicy> = policies): number =>
  samples.length * pathsPerTree * asked.length
