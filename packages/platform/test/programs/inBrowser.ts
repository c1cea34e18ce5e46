/** A program that a test runs without Node's globals. It uses the file system in memory. */
import { FileSystem } from "@effect/platform/FileSystem"
import * as MemoryFileSystem from "@procfsroot/platform/MemoryFileSystem"
import * as Root from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"

const program = Effect.gen(function*() {
  const fs = yield* FileSystem
  const place = yield* Root.resolve("/var/run/motd")
  yield* fs.writeFileString("/var/run/motd", "hello")
  return `${place}: ${yield* fs.readFileString(place)}`
})

export const answer = Effect.runSync(Effect.provide(
  program,
  MemoryFileSystem.layer({ "/run/motd": "", "/var/run": MemoryFileSystem.link("/run") })
))
