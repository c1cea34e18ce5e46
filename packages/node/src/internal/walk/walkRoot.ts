/** Walks a pinned root by path text: on this thread, or on the thread pool. */
import { lstat, readlink, statfs } from "node:fs/promises"
import type { Policy } from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as EventLoop from "@procfsroot/vfs/EventLoop"
import type { Batch, PooledBatch } from "../../Root.js"
import { Anchors } from "./anchors.js"
import { PROC_SUPER_MAGIC } from "../constants.js"
import { fsCalls, mountAtAsync } from "../procfs/lookupCalls.js"
import {
  always,
  ATTEMPTS,
  type Entry,
  failure,
  isLink,
  link,
  look,
  type Lookups,
  mayBeMagic,
  plain,
  selfOf,
  type Stat,
  type Trailing,
  unreadable
} from "./lookup.js"
import { nativeCalls } from "../native/lookupCalls.js"
import type { Openat2 } from "../native/openat2.js"
import { fromNode, toNode } from "../pathBytes.js"
import type { PinnedRoot } from "../pinnedRoot.js"
import type { Protection } from "@procfsroot/vfs/Protection"
import { type Dentry, DentryCache } from "./dentryCache.js"

/** What a walk asks, of a directory with this path. */
type Asked = Pick<Walk.Lookup<never>, "forbidsMounts" | "name">

/** Whether the entry is of a file of which the walk has to know the mount. */
const needsMount = <E extends Walk.Entry<unknown>>(
  { forbidsMounts, name }: Asked,
  entry: E
): entry is Extract<E, { readonly handle: unknown }> => forbidsMounts && name !== "." && "handle" in entry

const lookup = (lookups: LookupBase, anchors: Anchors, directory: string, asked: Asked, trailing: Trailing): Entry => {
  try {
    const entry = look(lookups, anchors.shorten(directory), asked.name, trailing)
    // Everything before it is on the root's mount.
    return needsMount(asked, entry)
      ? { ...entry, mounted: lookups.calls.mountAt(entry.handle) !== lookups.mount }
      : entry
  } catch (cause) {
    return failure(cause)
  }
}

/**
 * Where lookups start: the root as the calls name it. It is read again for each walk, since a host path may name
 * another directory a moment later.
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
        return root.mount
      },
      calls: fsCalls,
      protection
    }
    : {
      base: ".",
      get mount() {
        return root.mount
      },
      calls: nativeCalls(root, openat2),
      protection
    }

/** @internal */
export const walkSync = (lookupBase: LookupBase, path: string, policy: Policy): Walk.Outcome<string> => {
  const { base, calls } = lookupBase
  using anchors = new Anchors(base, calls)
  const ask = (asked: Walk.Lookup<string>): Entry =>
    lookup(lookupBase, anchors, asked.directory.handle, asked, () => asked.trailing)
  return Walk.run(base, path, ask, policy)
}

/** After how many characters of paths the clock is read. That costs about as much as a lookup. */
const GLANCE = 1_024

/** @internal */
export const batchSync = (lookupBase: LookupBase, maxRemembered: number): Batch => {
  const anchors = new Anchors(lookupBase.base, lookupBase.calls)
  const dentries = new DentryCache(anchors, maxRemembered)
  const ask = (asked: Walk.Lookup<Dentry>): Walk.Entry<Dentry> =>
    dentries.recall(asked) ??
      dentries.remember(asked, lookup(lookupBase, anchors, asked.directory.handle.path, asked, always))
  return {
    walkSome: <A>(
      paths: ReadonlyArray<string>,
      from: number,
      policy: Policy,
      read: (path: string, outcome: Walk.Outcome<unknown>) => A
    ) => {
      const { base } = lookupBase
      const answers: Array<A> = []
      let length = 0
      for (const path of from === 0 ? paths : paths.slice(from)) {
        answers.push(read(path, Walk.run(dentries.root(base), path, ask, policy)))
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

/** As `look`, but with each call on the thread pool. */
const lookAsync = async (
  protection: Protection,
  directory: string,
  name: string,
  trailing: Trailing,
  attempt = 1
): Promise<Entry> => {
  const handle = `${directory}/${name}`
  const node = toNode(handle)
  let stat: Stat
  let refused: boolean
  try {
    stat = await lstat(node)
    if (!isLink(stat)) return plain(stat, handle)
    refused = protection.concernsLink(stat) && trailing() &&
      protection.deniesLink(stat, await lstat(toNode(selfOf(directory))))
  } catch (cause) {
    return failure(cause)
  }
  try {
    const text = await readlink(node, "buffer")
    const target = fromNode(text.toString(), () => text)
    const magic = mayBeMagic(target, stat) && (await statfs(toNode(directory))).type === PROC_SUPER_MAGIC
    return link(target, handle, magic, refused)
  } catch (cause) {
    return attempt < ATTEMPTS
      ? lookAsync(protection, directory, name, trailing, attempt + 1)
      : unreadable(cause, handle, refused)
  }
}

const lookupAsync = async (
  { pinned, protection }: Guarded,
  anchors: Anchors,
  directory: string,
  asked: Asked,
  trailing: Trailing
): Promise<Entry> => {
  try {
    const entry = await lookAsync(protection, await anchors.shortenAsync(directory), asked.name, trailing)
    if (!needsMount(asked, entry)) return entry
    return { ...entry, mounted: await mountAtAsync(entry.handle) !== pinned.mount }
  } catch (cause) {
    return failure(cause)
  }
}

type LookupAsync<H> = (asked: Walk.Lookup<H>) => Promise<Walk.Entry<H>>

/** Ends early, with a fault, once the signal is aborted because nobody waits for the outcome any more. */
const runAsync = async <H>(
  base: H,
  path: string,
  ask: LookupAsync<H>,
  policy: Policy,
  signal: AbortSignal
): Promise<Walk.Outcome<H>> => {
  let step = Walk.start(base, path, policy)
  while (step._tag === "Lookup") {
    step = Walk.answer(step, signal.aborted ? { _tag: "Fault", cause: signal.reason } : await ask(step))
  }
  return step
}

/** A root, and the rules for its links in sticky directories. */
interface Guarded {
  readonly pinned: PinnedRoot
  readonly protection: Protection
}

/** @internal */
export const walkAsync = async (
  guarded: Guarded,
  path: string,
  policy: Policy,
  signal: AbortSignal
): Promise<Walk.Outcome<string>> => {
  const { base } = guarded.pinned
  using anchors = new Anchors(base)
  const ask: LookupAsync<string> = (asked) =>
    lookupAsync(guarded, anchors, asked.directory.handle, asked, () => asked.trailing)
  return await runAsync(base, path, ask, policy, signal)
}

/** @internal */
export const batchAsync = (guarded: Guarded, maxRemembered: number): PooledBatch => {
  const { pinned } = guarded
  const anchors = new Anchors(pinned.base)
  const dentries = new DentryCache(anchors, maxRemembered)
  return {
    walk: async (path, policy, signal) =>
      runAsync(
        dentries.root(pinned.base),
        path,
        async (asked) =>
          dentries.recall(asked) ??
            dentries.remember(
              asked,
              await lookupAsync(guarded, anchors, asked.directory.handle.path, asked, always)
            ),
        policy,
        signal
      ),
    [Symbol.dispose]: () => anchors[Symbol.dispose]()
  }
}
