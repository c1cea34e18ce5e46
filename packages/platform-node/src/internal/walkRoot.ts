/** Walks a pinned root by path text: on this thread, or on the thread pool. */
import { lstat, readlink, statfs } from "node:fs/promises"
import type { Policy } from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import { Anchors } from "./anchors.js"
import { PROC_SUPER_MAGIC } from "./constants.js"
import { fsCalls } from "./fsCalls.js"
import {
  ATTEMPTS,
  type Calls,
  type Entry,
  failure,
  isLink,
  link,
  look,
  mayBeMagic,
  plain,
  type Stat,
  unreadable
} from "./lookup.js"
import { nativeCalls } from "./nativeCalls.js"
import type { Openat2 } from "./openat2.js"
import { fromNode, toNode } from "./pathBytes.js"
import type { PinnedRoot } from "./pinnedRoot.js"
import { type Known, Trie } from "./trie.js"

const lookup = (calls: Calls, anchors: Anchors, directory: string, name: string): Entry => {
  try {
    return look(calls, anchors.shorten(directory), name)
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
export interface Ground {
  readonly base: string
  readonly calls: Calls
}

/** @internal */
export const groundOf = (root: PinnedRoot, openat2: Openat2 | undefined): Ground =>
  openat2 === undefined
    ? {
      get base() {
        return root.base
      },
      calls: fsCalls
    }
    : { base: ".", calls: nativeCalls(root, openat2) }

/** @internal */
export const walkSync = ({ base, calls }: Ground, path: string, policy: Policy): Walk.Outcome<string> => {
  using anchors = new Anchors(base, calls)
  return Walk.run(base, path, ({ directory, name }) => lookup(calls, anchors, directory.handle, name), policy)
}

/** Walks that share their lookups. */
interface Batch extends Disposable {
  /** Some paths in one go, in which nothing else of this process runs. */
  readonly walkSome: <A>(
    paths: ReadonlyArray<string>,
    policy: Policy,
    read: (path: string, outcome: Walk.Outcome<unknown>) => A
  ) => ReadonlyArray<A>
}

/** @internal */
export const batchSync = (ground: Ground, maxRemembered: number): Batch => {
  const { calls } = ground
  const anchors = new Anchors(ground.base, calls)
  const trie = new Trie(anchors, maxRemembered)
  const ask = (asked: Walk.Lookup<Known>): Walk.Entry<Known> =>
    trie.recall(asked) ?? trie.remember(asked, lookup(calls, anchors, asked.directory.handle.path, asked.name))
  return {
    walkSome: (paths, policy, read) => {
      const { base } = ground
      return paths.map((path) => read(path, Walk.run(trie.root(base), path, ask, policy)))
    },
    [Symbol.dispose]: () => anchors[Symbol.dispose]()
  }
}

/** As `look`, each call on the thread pool. */
const lookAsync = async (directory: string, name: string, attempt = 1): Promise<Entry> => {
  const handle = `${directory}/${name}`
  const node = toNode(handle)
  let stat: Stat
  try {
    stat = await lstat(node)
    if (!isLink(stat)) return plain(stat, handle)
  } catch (cause) {
    return failure(cause)
  }
  try {
    const text = await readlink(node, "buffer")
    const target = fromNode(text.toString(), () => text)
    const magic = mayBeMagic(target, stat) && (await statfs(toNode(directory))).type === PROC_SUPER_MAGIC
    return link(target, handle, magic)
  } catch (cause) {
    return attempt < ATTEMPTS ? lookAsync(directory, name, attempt + 1) : unreadable(cause, handle)
  }
}

const lookupAsync = async (anchors: Anchors, directory: string, name: string): Promise<Entry> => {
  try {
    return await lookAsync(await anchors.shortenAsync(directory), name)
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

/** @internal */
export const walkAsync = async (
  root: PinnedRoot,
  path: string,
  policy: Policy,
  signal: AbortSignal
): Promise<Walk.Outcome<string>> => {
  using anchors = new Anchors(root.base)
  const ask: LookupAsync<string> = ({ directory, name }) => lookupAsync(anchors, directory.handle, name)
  return await runAsync(root.base, path, ask, policy, signal)
}

interface BatchAsync extends Disposable {
  readonly walk: (path: string, policy: Policy, signal: AbortSignal) => Promise<Walk.Outcome<unknown>>
}

/** @internal */
export const batchAsync = (root: PinnedRoot, maxRemembered: number): BatchAsync => {
  const anchors = new Anchors(root.base)
  const trie = new Trie(anchors, maxRemembered)
  return {
    walk: async (path, policy, signal) =>
      runAsync(
        trie.root(root.base),
        path,
        async (asked) =>
          trie.recall(asked) ??
            trie.remember(asked, await lookupAsync(anchors, asked.directory.handle.path, asked.name)),
        policy,
        signal
      ),
    [Symbol.dispose]: () => anchors[Symbol.dispose]()
  }
}
