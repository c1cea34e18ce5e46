/** What every backend is asked beside the kernel: the same policies, and random trees and paths that a seed reproduces. */
import * as FastCheck from "effect/FastCheck"
import type { PathPolicy } from "./edition.js"
import { Resolve } from "./kernel.js"
import * as Random from "./random.js"
import type { TreeSpec } from "./tree.js"

export const seed = Number(process.env["SEED"] ?? 20_261_124)

const pathsPerTree = 40

interface Options {
  readonly lastComponent?: "keep"
  readonly containment?: "beneath"
  readonly symlinks?: "forbid"
}

interface JudgedPolicy {
  readonly options: Options
  readonly resolve: number
  readonly lastComponent: "follow" | "keep"
}

/** The policies of file systems that the kernel has too, each with its flags for `openat2`. */
export const fileSystemPolicies: ReadonlyArray<{ readonly policy: PathPolicy; readonly resolve: number }> = [
  { policy: {}, resolve: Resolve.inRoot },
  { policy: { containment: "beneath" }, resolve: Resolve.beneath },
  { policy: { symlinks: "forbid" }, resolve: Resolve.inRoot | Resolve.noSymlinks },
  { policy: { containment: "beneath", symlinks: "forbid" }, resolve: Resolve.beneath | Resolve.noSymlinks }
]

/** The policies that the kernel has too, each with how it is asked for there. */
export const policies: ReadonlyArray<JudgedPolicy> = [
  { options: {}, resolve: Resolve.inRoot, lastComponent: "follow" },
  { options: { lastComponent: "keep" }, resolve: Resolve.inRoot, lastComponent: "keep" },
  { options: { containment: "beneath" }, resolve: Resolve.beneath, lastComponent: "follow" },
  { options: { symlinks: "forbid" }, resolve: Resolve.inRoot | Resolve.noSymlinks, lastComponent: "follow" }
]

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
export const comparisons = (samples: ReadonlyArray<unknown>): number => samples.length * pathsPerTree * policies.length
