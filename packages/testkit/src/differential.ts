/** The policies for comparing backends with the kernel, and random trees and paths that a seed reproduces. */
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

/** A policy that the kernel also has, with its flags for `openat2`. */
interface Judged {
  readonly resolve: number
  /** Relative paths start in `fromOf(tree)`. */
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

/** The policies of file systems that the kernel also has. */
export const fileSystemPolicies: ReadonlyArray<JudgedFileSystemPolicy> = [
  { policy: {}, resolve: inRoot },
  { policy: { containment: "beneath" }, resolve: beneath },
  { policy: { symlinks: "forbid" }, resolve: inRoot | noSymlinks },
  { policy: { containment: "beneath", symlinks: "forbid" }, resolve: beneath | noSymlinks },
  { policy: {}, resolve: inRoot, from: true },
  { policy: { containment: "beneath" }, resolve: beneath, from: true }
]

/** The policies for trees with mounts, for file systems that can detect mounts. */
export const mountPolicies: ReadonlyArray<JudgedFileSystemPolicy> = [
  { policy: { mounts: "forbid" }, resolve: inRoot | noXdev },
  { policy: { containment: "beneath", mounts: "forbid" }, resolve: beneath | noXdev, from: true }
]

/** The policies of roots that the kernel also has. */
export const policies: ReadonlyArray<JudgedPolicy> = [
  { options: {}, resolve: inRoot, lastComponent: "follow" },
  { options: { lastComponent: "keep" }, resolve: inRoot, lastComponent: "keep" },
  { options: { containment: "beneath" }, resolve: beneath, lastComponent: "follow" },
  { options: { symlinks: "forbid" }, resolve: inRoot | noSymlinks, lastComponent: "follow" },
  { options: {}, resolve: inRoot, lastComponent: "follow", from: true },
  { options: { containment: "beneath", lastComponent: "keep" }, resolve: beneath, lastComponent: "keep", from: true }
]

/** The policies for trees with mounts, for roots that can detect mounts. */
export const rootMountPolicies: ReadonlyArray<JudgedPolicy> = [
  { options: { mounts: "forbid" }, resolve: inRoot | noXdev, lastComponent: "follow" },
  { options: { mounts: "forbid", lastComponent: "keep" }, resolve: inRoot | noXdev, lastComponent: "keep", from: true },
  {
    options: { mounts: "forbid", containment: "beneath" },
    resolve: beneath | noXdev,
    lastComponent: "follow"
  }
]

/** Where relative paths start in a tree: usually a directory, sometimes something else. */
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

/** The path to ask the kernel for, if `path` starts in `from`. It is relative, as `RESOLVE_BENEATH` requires. */
export const textFrom = (from: string | undefined, path: string): string =>
  from === undefined || path === "" || path.startsWith("/") ? path : `${from.replace(/^\//, "")}/${path}`

/** A policy, applied to a tree. */
export interface InTree extends Pick<Judged, "resolve"> {
  readonly from: string | undefined
  readonly mounts: ReadonlyArray<MountSpec>
}

/** Applies a policy to a tree, with mounts if `mounted`. */
export const inTree = ({ from, resolve }: Judged, tree: TreeSpec, mounted: boolean): InTree => ({
  resolve,
  from: from && fromOf(tree),
  mounts: mounted ? mountsOf(tree) : []
})

/** The options with the directory in which relative paths start. */
export const optionsFrom = <A extends object>(options: A, { from }: InTree): A & { readonly from?: string } =>
  from === undefined ? options : { ...options, from }

/** Random trees, each with its paths: `trees` of them, or the number in the environment variable `TREES`. */
export const sample = (
  trees: number,
  from = seed
): ReadonlyArray<readonly [tree: TreeSpec, paths: ReadonlyArray<string>]> =>
  FastCheck.sample(
    FastCheck.tuple(Random.tree, FastCheck.array(Random.path, { minLength: pathsPerTree, maxLength: pathsPerTree })),
    { seed: from, numRuns: Number(process.env["TREES"] ?? trees) }
  )

/** How many answers are compared. */
export const comparisons = (samples: ReadonlyArray<unknown>, asked: ReadonlyArray<JudgedPolicy> = policies): number =>
  samples.length * pathsPerTree * asked.length
