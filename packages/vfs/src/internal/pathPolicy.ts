/** Derives a policy for each use of a path from the policy of a file system. */
import * as Policy from "@procfsroot/path/Policy"
import type { PathPolicy } from "../PathPolicy.js"
import { MAXSYMLINKS } from "./limits.js"

/**
 * One policy for each use of a path. Operations resolve their paths only with these.
 *
 * @internal
 */
export interface Policies {
  readonly follow: Policy.Policy
  readonly keep: Policy.Policy
  readonly parent: Policy.Policy
  readonly create: Policy.Policy
  readonly createKept: Policy.Policy
  /** Any number of names at the end may be missing. A link at the end is not followed. */
  readonly reach: Policy.Policy
  /** Like `reach`, but a link at the end is followed. */
  readonly reachFollowed: Policy.Policy
}

/**
 * The errnos of paths that lead to no file, or that a policy forbids to follow.
 *
 * @internal
 */
export const UNREACHABLE: ReadonlyArray<string> = ["ENOENT", "ENOTDIR", "ELOOP", "EXDEV"]

/** @internal */
export const policiesOf = (policy: PathPolicy = {}): Policies => {
  const { containment, from, maxSymlinks, mounts, symlinks } = copy(policy)
  const use = (options: Pick<Policy.Options, "lastComponent" | "missing">): Policy.Policy =>
    Policy.make({ containment, from, maxSymlinks: maxSymlinks ?? MAXSYMLINKS, mounts, symlinks, ...options })
  return {
    follow: use({}),
    keep: use({ lastComponent: "keep" }),
    parent: use({ lastComponent: "unchecked" }),
    create: use({ missing: "last" }),
    createKept: use({ lastComponent: "keep", missing: "last" }),
    reach: use({ lastComponent: "keep", missing: "tail" }),
    reachFollowed: use({ missing: "tail" })
  }
}

/**
 * The policy to find out where a copy of a link would lead, without opening anything: even where this link must not be
 * followed.
 *
 * @internal
 */
export const followingAll = (policy: Policy.Policy): Policy.Policy => ({
  ...policy,
  containment: "clamp",
  maxSymlinks: MAXSYMLINKS,
  symlinks: "follow"
})

/**
 * Names each field, since `{ ...policy }` would drop what is inherited, such as the getters of a class. A new field that
 * is missing here is a compile error.
 *
 * @internal
 */
export const copy = (policy: PathPolicy): Required<PathPolicy> => {
  const { containment, from, maxSymlinks, mounts, symlinks } = Policy.optionsObject(policy)
  return { containment, from, maxSymlinks, mounts, symlinks }
}

/** @internal */
export const temporaryDirectory = ({ containment }: PathPolicy = {}): string =>
  containment === "beneath" ? "tmp" : "/tmp"

/** From the most permissive one, which is the default, to the strictest. */
const containments = [undefined, "clamp", "reject", "beneath"] as const

type Containment = (typeof containments)[number]

/**
 * Settings in JSON can have `null`, which is the default as well. Any other value counts as the strictest, so that it
 * reaches `Policy.make`, which refuses it.
 */
const strictness = (containment: Containment): number => {
  const place = containments.indexOf(containment ?? undefined)
  return place === -1 ? containments.length : place
}

const stricter = (a: Containment, b: Containment): Containment => strictness(a) > strictness(b) ? a : b

/** @internal */
export const strictest = (policy: PathPolicy = {}, options: PathPolicy): PathPolicy => ({
  containment: stricter(policy.containment, Policy.optionsObject(options).containment),
  symlinks: policy.symlinks === "forbid" ? policy.symlinks : options.symlinks,
  mounts: policy.mounts === "forbid" ? policy.mounts : options.mounts,
  maxSymlinks: Math.min(policy.maxSymlinks ?? MAXSYMLINKS, options.maxSymlinks ?? policy.maxSymlinks ?? MAXSYMLINKS),
  from: options.from
})
