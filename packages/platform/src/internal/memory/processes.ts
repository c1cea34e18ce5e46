/** Processes in memory. Effect's clock decides when they end. */
import * as FileSystem from "../needs-Effect-3--for-Effect-4-use-@procfsroot/effect4/FileSystem.js"
import * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import * as MemoryProcesses from "@procfsroot/vfs/MemoryProcesses"
import type { Memory } from "@procfsroot/vfs/MemoryTree"
import { methods } from "@procfsroot/vfs/Method"
import * as PathPolicy from "@procfsroot/vfs/PathPolicy"
import * as ProcessRoot from "@procfsroot/vfs/ProcessRoot"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { MemoryProcesses as Control, Options, Process } from "../../MemoryProcesses.js"
import type { FileSystemOptions, Wormhole } from "../../Wormhole.js"
import * as WormholeError from "../../WormholeError.js"
import { make as makeFileSystem } from "../adapter/fileSystem.js"
import { run } from "../adapter/program.js"
import { tag as rootTag } from "../root.js"
import { tag as wormholeTag } from "../wormhole.js"
import { errorOf } from "../fileSystemError.js"
import { errorOf as likeNode } from "./errorOf.js"
import { InvalidTree } from "./invalidTree.js"
import type { State } from "./operation.js"
import { openServices } from "./subRoot.js"

/** @internal */
export const tag = Context.GenericTag<Control>("@procfsroot/platform/MemoryProcesses")

const declared = ({ ends, ...process }: Process): MemoryProcesses.Process<number> => {
  if (ends === undefined) return process
  const { after, ...others } = ends
  return {
    ...process,
    ends: after === undefined ? others : { ...others, after: Duration.toMillis(Duration.decode(after)) }
  }
}

const makeProcesses = (options: Options): Effect.Effect<MemoryProcesses.Processes, InvalidTree> => {
  const { processes, ...own } = MemoryProcesses.ownOptions(options)
  return Effect.clockWith((clock) => {
    const made = MemoryProcesses.make({ ...own, processes: processes.map(declared) }, clock.unsafeCurrentTimeMillis())
    if (made._tag === "Processes") return Effect.succeed(made)
    return Effect.fail(new InvalidTree({ path: made.path, why: made.why }))
  })
}

/** Sets the time of the processes to that of the clock, and then runs `use`. */
const at = <A, E>(
  processes: MemoryProcesses.Processes,
  use: () => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.clockWith((clock) => {
    processes.now = clock.unsafeCurrentTimeMillis()
    return use()
  })

const procfsOf = (processes: MemoryProcesses.Processes): FileSystem.FileSystem => {
  const { procfs } = processes
  return makeFileSystem({
    fileSystem: procfs,
    around: ({ begin }, failed) => at(processes, () => run(begin, failed)),
    errorOf: likeNode,
    descriptorOf: ({ descriptor }) => descriptor,
    retain: () => Effect.succeed(procfs)
  })
}

/** The injector of each mount namespace. All roots in the namespace share it, and so its journal. */
const injectors = new WeakMap<Memory, State["injector"]>()

const injectorOf = (namespace: Memory): State["injector"] => {
  const injector = injectors.get(namespace) ?? MemoryFaults.make(namespace, [], methods)
  injectors.set(namespace, injector)
  return injector
}

const wormholeOf = (processes: MemoryProcesses.Processes): Wormhole => {
  const open = (options: FileSystemOptions) => {
    const { pid, readOnly } = options
    // The caller may change its options before the root is opened.
    const policy = PathPolicy.copy(options)
    return at(processes, () => {
      const opened = processes.open(pid, policy)
      if (opened._tag === "Unavailable") return Effect.fail(WormholeError.make(pid, opened.why, opened.code))
      const { memory, namespace } = opened
      const injector = injectorOf(namespace).for(memory)
      return Effect.succeed(openServices({ memory, injector, errorOf }, ProcessRoot.path(pid), readOnly))
    })
  }
  const opened = (options: FileSystemOptions) =>
    Effect.map(
      Effect.acquireRelease(open(options), ({ close }) => Effect.sync(close)),
      ({ services }) => services
    )
  return {
    layer: (options) => Layer.scoped(rootTag, Effect.map(opened(options), Context.get(rootTag))),
    fileSystem: (options) => Layer.scopedContext(opened(options))
  }
}

const controlOf = (processes: MemoryProcesses.Processes): Control => ({
  start: (process) => at(processes, () => Effect.sync(() => processes.start(declared(process)))),
  end: (pid, as) => at(processes, () => Effect.sync(() => processes.end(pid, as)))
})

/** @internal */
export const layer = (options: Options) =>
  Layer.effectContext(
    Effect.map(makeProcesses(options), (processes) =>
      Context.make(tag, controlOf(processes)).pipe(
        Context.add(FileSystem.FileSystem, procfsOf(processes)),
        Context.add(wormholeTag, wormholeOf(processes))
      ))
  )

/** @internal */
export const start = (process: Process) => Effect.flatMap(tag, (processes) => processes.start(process))

/** @internal */
export const end = (pid: number, as?: "zombie") => Effect.flatMap(tag, (processes) => processes.end(pid, as))
