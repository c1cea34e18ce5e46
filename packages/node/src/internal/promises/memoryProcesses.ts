/** Processes in memory, whose roots are opened with promises. This module does not need Node. */
import { waiting } from "@procfsroot/vfs/FileSystem"
import * as MemoryFaults from "@procfsroot/vfs/MemoryFaults"
import * as Processes from "@procfsroot/vfs/MemoryProcesses"
import type { Memory } from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import * as ProcessRoot from "@procfsroot/vfs/ProcessRoot"
import type { MemoryProcesses, Options } from "../../MemoryProcesses.js"
import type { Options as RootOptions, Process } from "../../OpenRoot.js"
import { checkSignal } from "./arguments.js"
import { processError } from "./errors.js"
import { checkTree, type Injector, rootOf } from "./memoryRoot.js"
import { methods } from "./methods.js"
import type { Around, Backend } from "./perform.js"
import { promisesOf } from "./promises.js"
import { syncOf } from "./sync.js"
import { inTurns } from "./turns.js"

const procfsOf = (processes: Processes.Processes, advance: () => void): MemoryProcesses["procfs"] => {
  const { procfs } = processes
  const around: Around<Processes.OpenFile> = {
    program: (_calling, begin) => {
      advance()
      return begin()
    },
    atOnce: (_calling, begin) => {
      advance()
      return Program.runSync(begin())
    },
    settling: async (run) => run()
  }
  const backend: Backend<Processes.OpenFile> = {
    fileSystem: waiting(procfs),
    syncFileSystem: procfs,
    isOpen: () => true,
    checkOpen: () => {},
    around,
    retain: () => ({ fileSystem: procfs, close: () => {} }),
    descriptorOf: ({ descriptor }) => descriptor
  }
  return { promises: promisesOf(backend), sync: syncOf(backend) }
}

/** @internal */
export const make = ({ now = Date.now, ...options }: Options): MemoryProcesses => {
  const processes = checkTree(Processes.make(options, now()))
  /** The faults and the journal of each mount namespace. All roots in it share them. */
  const injectors = new Map<Memory, Injector>()
  const injectorOf = (namespace: Memory): Injector => {
    const injector = injectors.get(namespace) ?? MemoryFaults.make(namespace, [], methods)
    injectors.set(namespace, injector)
    return injector
  }
  const advance = () => {
    processes.now = now()
  }
  return {
    openRoot: inTurns(async ({ pid }: Process, options: RootOptions = {}) => {
      const { readOnly, signal } = options
      checkSignal(signal)
      advance()
      const opened = processes.open(pid, options)
      if (opened._tag === "Unavailable") throw processError(pid, opened.why, opened.code)
      const injector = injectorOf(opened.namespace).for(opened.memory)
      return rootOf(ProcessRoot.path(pid), opened.memory, injector, { now, readOnly })
    }),
    procfs: procfsOf(processes, advance),
    start: (process) => {
      advance()
      processes.start(process)
    },
    end: (pid, as) => {
      advance()
      processes.end(pid, as)
    }
  }
}
