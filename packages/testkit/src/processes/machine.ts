/** The interface of the suite to processes, real ones and those in memory. */
import type { OpenFileSystem, OpenRoot, PlainFileSystem, PlainTree } from "../edition.js"

export interface User {
  readonly uid: number
  readonly gid: number
}

export interface PlainProcess {
  readonly pid: number
  readonly mountNamespace: string
  readonly root?: string
  readonly command?: string
  readonly parent?: number
  readonly user?: User
  readonly startTime?: number
  readonly cgroup?: string
  readonly dumpable?: boolean
  readonly zombie?: boolean
  readonly ends?: { readonly steps?: number; readonly after?: number; readonly zombie?: boolean }
}

export interface PlainProcesses {
  readonly mountNamespaces: Readonly<Record<string, PlainTree>>
  readonly processes: ReadonlyArray<PlainProcess>
  readonly user?: User
}

/** The processes of a machine, as a program sees them. */
export interface PlainMachine {
  /** A file system that contains `/proc`. */
  readonly procfs: PlainFileSystem
  /** Opens the root of a process. Rejects with the edition's own error, or with one that has it as its cause. */
  readonly open: (
    pid: number,
    options?: { readonly readOnly?: boolean; readonly containment?: "clamp" | "reject" | "beneath" }
  ) => Promise<OpenFileSystem>
  /** Opens the root of a process only to resolve paths. */
  readonly openRoot: (pid: number) => Promise<OpenRoot>
  readonly close: () => Promise<void>
}

export interface MemoryMachine extends PlainMachine {
  readonly start: (process: PlainProcess) => Promise<void>
  readonly end: (pid: number, as?: "zombie") => Promise<void>
}

export interface ProcessEdition {
  readonly name: string
  readonly real: () => Promise<PlainMachine>
  readonly memory: (options: PlainProcesses) => Promise<MemoryMachine>
}
