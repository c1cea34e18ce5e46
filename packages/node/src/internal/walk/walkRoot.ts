/** Walks paths in a pinned root, with lookups by path. */
import type { Policy } from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import type { Batch } from "../../Root.js"
import { Anchors, isTooLong } from "./anchors.js"
import { fsCalls, refuseLong } from "../procfs/lookupCalls.js"
import { always, type Entry, failure, look, type Lookups, type Trailing } from "./lookup.js"
import { mountOfRoot, nativeCalls } from "../native/lookupCalls.js"
import type { Openat2 } from "../native/openat2.js"
import type { PinnedRoot } from "../pinnedRoot.js"
import { mountOf } from "../procfs/mount.js"
import type { Protection } from "@procfsroot/vfs/Protection"
import type { Dentry } from "./dentry.js"
import { DentryCache } from "./dentryCache.js"

/** What a walk asks about a directory. */
type Asked = Pick<Walk.Lookup<never>, "forbidsMounts" | "name">

/** Whether the walk has to know the mount of the file that was found. */
const needsMount = <E extends Walk.Entry<unknown>>(
  { forbidsMounts, name }: Asked,
  entry: E
): entry is Extract<E, { readonly handle: unknown }> => forbidsMounts && name !== "." && "handle" in entry

const lookup = (lookups: LookupBase, anchors: Anchors, directory: Dentry, asked: Asked, trailing: Trailing): Entry => {
  try {
    let handle = anchors.child(directory, asked.name)
    let path = anchors.pathOf(handle)
    if (isTooLong(path)) {
      handle = anchors.below(directory, asked.name)
      path = anchors.pathOf(handle)
      if (isTooLong(path)) refuseLong(path)
    }
    const entry = look(lookups, { path, handle, directory }, trailing)
    // The directories before it are all on the root's mount.
    return needsMount(asked, entry)
      ? { mounted: lookups.calls.mountAt(path) !== lookups.mount, ...entry }
      : entry
  } catch (cause) {
    return failure(cause)
  }
}

/**
 * Where lookups start: `base` is the path of the root in the calls. It is read again for each walk, since a host path
 * may lead to another directory later.
 *
 * @internal
 */
export interface LookupBase extends Lookups {
  readonly base: string
  /** The mount that the root is on. */
  readonly mount: bigint
}

/** @internal */
export const lookupBaseOf = (root: PinnedRoot, protection: Protection, openat2: Openat2 | undefined): LookupBase =>
  openat2 === undefined
    ? {
      get base() {
        return root.base
      },
      get mount() {
        return root.mount(mountOf)
      },
      calls: fsCalls,
      protection
    }
    : {
      base: ".",
      get mount() {
        return mountOfRoot(root, openat2)
      },
      calls: nativeCalls(root, openat2),
      protection
    }

/** @internal */
export const walkSync = (lookupBase: LookupBase, path: string, policy: Policy): Walk.Outcome<unknown> => {
  const anchors = new Anchors(lookupBase.calls)
  const dentries = new DentryCache(anchors, Number.POSITIVE_INFINITY)
  let hasLinks = false
  // A path without links hardly ever leads to a directory twice. Links are not remembered, since whether one may be
  // followed depends on whether it is the last component.
  const ask = (asked: Walk.Lookup<Dentry>): Entry => {
    const known = hasLinks ? dentries.recall(asked) : undefined
    if (known !== undefined) return known
    const entry = lookup(lookupBase, anchors, asked.directory.handle, asked, () => asked.trailing)
    if (entry._tag === "SymbolicLink") hasLinks = true
    return hasLinks && entry._tag === "Directory" ? dentries.remember(asked, entry) : entry
  }
  try {
    return Walk.run(dentries.root(lookupBase.base, 0), path, ask, policy)
  } finally {
    // Not by `using`: in another realm, as in vitest's vmThreads, there is no `Symbol.dispose` before Node 24.
    anchors[Symbol.dispose]()
  }
}

/** The clock is read once per this many characters of paths. It costs about as much as a lookup. */
const GLANCE = 1_024

/** @internal */
export const batchSync = (lookupBase: LookupBase, maxRemembered: number): Batch => {
  const anchors = new Anchors(lookupBase.calls)
  const dentries = new DentryCache(anchors, maxRemembered)
  const ask = (asked: Walk.Lookup<Dentry>): Entry =>
    dentries.recall(asked) ??
      dentries.remember(asked, lookup(lookupBase, anchors, asked.directory.handle, asked, always))
  let last: { readonly root: Dentry; readonly policy: Policy; readonly series: Walk.Series<Dentry> } | undefined
  const seriesOf = (policy: Policy): Walk.Series<Dentry> => {
    const root = dentries.root(lookupBase.base, last?.series.size ?? 0)
    if (last?.root !== root || last.policy !== policy) last = { root, policy, series: Walk.series(root, ask, policy) }
    return last.series
  }
  return {
    walkSome: <A>(
      paths: ReadonlyArray<string>,
      from: number,
      policy: Policy,
      read: (path: string, outcome: Walk.Outcome<unknown>) => A
    ) => {
      const answers: Array<A> = []
      let length = 0
      for (let i = from; i < paths.length; i++) {
        const path = paths[i] as string // of a valid index
        answers.push(read(path, seriesOf(policy).run(path)))
        length += path.length
        if (length < GLANCE) continue
        if (EventLoop.isTimeUp()) break
        length = 0
      }
      return answers
    },
    [Symbol.dispose]: () => anchors[Symbol.dispose]()
  }
}
