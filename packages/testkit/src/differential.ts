/** What every backend is asked beside the kernel: the same policies, and random trees and paths that a seed reproduces. */
import * as FastCheck from "effect/FastCheck"
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

/** The policies that the kernel has too, each with how it is asked for there. */
export const policies: ReadonlyArray<JudgedPolicy> = [
  { options: {}, resolve: Resolve.inRoot, lastComponent: "follow" },
  { options: { lastComponent: "keep" }, resolve: Resolve.inRoot, lastComponent: "keep" },
  { options: { containment: "beneath" }, resolve: Resolve.beneath, lastComponent: "follow" },
  { options: { symlinks: "forbid" }, resolve: Resolve.inRoot | Resolve.noSymlinks, lastComponent: "follow" }
]

/** As many trees as asked for, or as `TREES` says, each with its paths. */
export const sample = (trees: number): ReadonlyArray<readonly [tree: TreeSpec, paths: ReadonlyArray<string>]> =>
  FastCheck.sample(
    FastCheck.tuple(Random.tree, FastCheck.array(Random.path, { minLength: pathsPerTree, maxLength: pathsPerTree })),
    { seed, numRuns: Number(process.env["TREES"] ?? trees) }
  )

/** How many answers that makes. */
export const comparisons = (samples: ReadonlyArray<unknown>): number => samples.length * pathsPerTree * policies.length
