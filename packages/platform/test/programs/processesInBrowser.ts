/** A program that a test runs without Node's globals. It uses the processes in memory. */
import { FileSystem } from "@effect/platform/FileSystem"
import * as MemoryProcesses from "@procfsroot/platform/MemoryProcesses"
import * as Wormhole from "@procfsroot/platform/Wormhole"
import * as Effect from "effect/Effect"

const read = (path: string) => Effect.flatMap(FileSystem, (fs) => fs.readFileString(path))

export const answer = read("/proc/7/comm").pipe(
  Effect.zipWith(
    Effect.provide(read("/etc/hostname"), Wormhole.fileSystem({ pid: 7 })),
    (command, name) => `${command.trim()}: ${name}`
  ),
  Effect.provide(MemoryProcesses.layer({
    mountNamespaces: { web: { "/etc/hostname": "web" } },
    processes: [{ pid: 7, mountNamespace: "web", command: "nginx" }]
  })),
  Effect.runSync
)
