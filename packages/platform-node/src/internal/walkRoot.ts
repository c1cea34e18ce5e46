/** Walks a pinned root by path text: on this thread, or on the thread pool. */
import { lstat, readlink, statfs } from "node:fs/promises"
import type { Policy } from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import * as EventLoop from "@procfsroot/platform/EventLoop"
import { Anchors } from "./anchors.js"
import { PROC_SUPER_MAGIC } from "./constants.js"
import { fsCalls } from "./fsCalls.js"
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
import { nativeCalls } from "./nativeCalls.js"
import type { Openat2 } from "./openat2.js"
import { fromNode, toNode } from "./pathBytes.js"
import type { PinnedRoot } from "./pinnedRoot.js"
import type { Protection } from "./protection.js"
import { type Known, Trie } from "./trie.js"

const lookup = (lookups: Lookups, anchors: Anchors, directory: string, name: string, trailing: Trailing): Entry => {
  try {
    return look(lookups, anchors.shorten(directory), name, trailing)
  } catch (cause) {
    return failure(cause)
  }
}

/**
 * Where lookups begin: how the calls know the root. That is asked for anew for each walk, since a name of the host's may be
 * another directory's a moment later.
 *
 * @internal
 */
export interface Ground extends Lookups {
  readonly base: string
}

/** @internal */
export const groundOf = (root: PinnedRoot, protection: Protection, openat2: Openat2 | undefined): Ground =>
  openat2 === undefined
    ? {
      get base() {
        return root.base
      },
      calls: fsCalls,
      protection
    }
    : { base: ".", calls: nativeCalls(root, openat2), protection }

/** @internal */
export const walkSync = (ground: Ground, path: string, policy: Policy): Walk.Outcome<string> => {
  const { base, calls } = ground
  using anchors = new Anchors(base, calls)
  const ask = (asked: Walk.Lookup<string>): Entry =>
    lookup(ground, anchors, asked.directory.handle, asked.name, () => asked.trailing)
  return Walk.run(base, path, ask, policy)
}

/** How many characters of paths are walked before the clock is looked at: that costs about as much as a lookup. */
const GLANCE = 1_024

/** Walks that share their lookups. */
interface Batch extends Disposable {
  /** As many paths from the one at `from` on as there is time for in this turn of the event loop; one at least. */
  readonly walkSome: <A>(
    paths: ReadonlyArray<string>,
    from: number,
    policy: Policy,
    read: (path: string, outcome: Walk.Outcome<unknown>) => A
  ) => ReadonlyArray<A>
}

/** @internal */
export const batchSync = (ground: Ground, maxRemembered: number): Batch => {
  const anchors = new Anchors(ground.base, ground.calls)
  const trie = new Trie(anchors, maxRemembered)
  const ask = (asked: Walk.Lookup<Known>): Walk.Entry<Known> =>
    trie.recall(asked) ?? trie.remember(asked, lookup(ground, anchors, asked.directory.handle.path, asked.name, always))
  return {
    walkSome: <A>(
      paths: ReadonlyArray<string>,
      from: number,
      policy: Policy,
      read: (path: string, outcome: Walk.Outcome<unknown>) => A
    ) => {
      const { base } = ground
      const answers: Array<A> = []
      let length = 0
      for (const path of from === 0 ? paths : paths.slice(from)) {
        answers.push(read(path, Walk.run(trie.root(base), path, ask, policy)))
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

/** As `look`, each call on the thread pool. */
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
  protection: Protection,
  anchors: Anchors,
  directory: string,
  name: string,
  trailing: Trailing
): Promise<Entry> => {
  try {
    return await lookAsync(protection, await anchors.shortenAsync(directory), name, trailing)
  } catch (cause) {
    return failure(cause)
  }
}

type LookupAsync<H> = (asked: Walk.Lookup<H>) => Promise<Walk.Entry<H>>

/** Ends early, with a fault, once the signal says that nobody waits for the outcome. */
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

/** A root, and which of its links may not be followed. */
interface Guarded {
  readonly pinned: PinnedRoot
  readonly protection: Protection
}

/** @internal */
export const walkAsync = async (
  { pinned, protection }: Guarded,
  path: string,
  policy: Policy,
  signal: AbortSignal
): Promise<Walk.Outcome<string>> => {
  using anchors = new Anchors(pinned.base)
  const ask: LookupAsync<string> = (asked) =>
    lookupAsync(protection, anchors, asked.directory.handle, asked.name, () => asked.trailing)
  return await runAsync(pinned.base, path, ask, policy, signal)
}

interface BatchAsync extends Disposable {
  readonly walk: (path: string, policy: Policy, signal: AbortSignal) => Promise<Walk.Outcome<unknown>>
}

/** @internal */
export const batchAsync = (
  { pinned, protection }: Guarded,
  maxRemembered: number
): BatchAsync => {
  const anchors = new Anchors(pinned.base)
  const trie = new Trie(anchors, maxRemembered)
  return {
    walk: async (path, policy, signal) =>
      runAsync(
        trie.root(pinned.base),
        path,
        async (asked) =>
          trie.recall(asked) ??
            trie.remember(
              asked,
              await lookupAsync(protection, anchors, asked.directory.handle.path, asked.name, always)
            ),
        policy,
        signal
      ),
    [Symbol.dispose]: () => anchors[Symbol.dispose]()
  }
}
