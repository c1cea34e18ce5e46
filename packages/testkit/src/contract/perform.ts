/** Makes the call of a case, and says what it came to in a form that can be compared. */
import type { PlatformError } from "@effect/platform/Error"
import { type File, FileSystem, type OpenFlag } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Call, Step } from "./model.js"

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** The times, the device and the size of a directory are the file system's own affair. */
export const describe = ({ gid, mode, nlink, size, type, uid }: File.Info) => ({
  type,
  mode: mode.toString(8),
  uid: Option.getOrNull(uid),
  gid: Option.getOrNull(gid),
  ...(type === "File" ? { size: Number(size), nlink: Option.getOrNull(nlink) } : {})
})

const readable = (flag: OpenFlag): boolean => flag === "r" || flag.includes("+")
const writable = (flag: OpenFlag): boolean => flag !== "r"

/** What an open file can do, tried: its stat, its first bytes, a write, its size then. */
const use = (file: File, flag: OpenFlag) =>
  Effect.gen(function*() {
    const { type } = yield* file.stat
    if (type !== "File") return { type }
    const read = readable(flag) ? Option.map(yield* file.readAlloc(7), decode) : Option.none()
    if (writable(flag)) yield* file.writeAll(new TextEncoder().encode("!"))
    return { type, read: Option.getOrNull(read), after: describe(yield* file.stat) }
  })

const take = (file: File, step: Step): Effect.Effect<unknown, PlatformError> => {
  switch (step[0]) {
    case "close":
      return Effect.void
    case "stat":
      return Effect.map(file.stat, describe)
    case "sync":
      return file.sync
    case "seek":
      // The type says that it gives nothing.
      return Effect.map(file.seek(step[1], step[2]) as Effect.Effect<unknown>, String)
    case "read": {
      const buffer = new Uint8Array(step[1])
      return Effect.map(file.read(buffer), (length) => decode(buffer.subarray(0, Number(length))))
    }
    case "readAlloc":
      return Effect.map(file.readAlloc(step[1]), (bytes) => Option.getOrNull(Option.map(bytes, decode)))
    case "truncate":
      return file.truncate(step[1])
    case "write":
      return Effect.map(file.write(new TextEncoder().encode(step[1])), String)
    case "writeAll":
      return file.writeAll(new TextEncoder().encode(step[1]))
  }
}

/** Each step's own answer; a step that fails does not keep the next from being tried. */
const takeAll = (file: (scope: Scope.Scope) => Effect.Effect<File, PlatformError>, steps: ReadonlyArray<Step>) =>
  Effect.gen(function*() {
    const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
    const opened = yield* file(scope)
    return yield* Effect.forEach(steps, (step) =>
      step[0] === "close"
        ? Effect.exit(Scope.close(scope, Exit.void))
        : Effect.exit(Effect.suspend(() => take(opened, step))))
  })

const madeWithin = (fs: FileSystem, path: string) => Effect.map(fs.stat(path), (info) => ({ path, ...describe(info) }))

/**
 * Keeps touching what is watched until an event comes, since nobody is told when a watch has begun. Which event it is
 * depends on when it has; where it happened does not.
 */
const firstEvent = (fs: FileSystem, path: string) =>
  Effect.gen(function*() {
    const events = fs.watch(path)
    const info = yield* Effect.option(fs.stat(path))
    const touched = Option.exists(info, ({ type }) => type === "Directory") ? `${path}/touched` : path
    const touch = Option.isSome(info)
      ? fs.writeFileString(touched, "touched\n").pipe(
        Effect.ignore,
        // The tree is compared: no write may be cut short.
        Effect.uninterruptible,
        Effect.repeat(Schedule.spaced("5 millis")),
        Effect.zipRight(Effect.never)
      )
      : Effect.never
    const event = yield* Stream.runHead(events).pipe(Effect.raceFirst(touch))
    return Option.getOrNull(Option.map(event, ({ path }) => path))
  })

const run = (fs: FileSystem, call: Call): Effect.Effect<unknown, PlatformError, Scope.Scope> => {
  switch (call.method) {
    case "access":
    case "chmod":
    case "chown":
    case "copy":
    case "copyFile":
    case "exists":
    case "link":
    case "readFileString":
    case "readLink":
    case "realPath":
    case "remove":
    case "rename":
    case "symlink":
    case "truncate":
    case "utimes":
    case "writeFile":
    case "writeFileString": {
      const method = fs[call.method] as (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, PlatformError> // one of those above, whose arguments the case's type has checked
      return method(...call.args)
    }
    case "makeDirectory":
      // Node's layer lets through what `fs.mkdir` calls back with.
      return Effect.asVoid(fs.makeDirectory(...call.args))
    case "makeTempDirectory":
    case "makeTempFile":
    case "makeTempDirectoryScoped":
    case "makeTempFileScoped":
      return Effect.flatMap(fs[call.method](...call.args), (path) => madeWithin(fs, path))
    case "open":
      return call.steps === undefined
        ? Effect.flatMap(fs.open(...call.args), (file) => use(file, call.args[1]?.flag ?? "r"))
        : takeAll((scope) => Scope.extend(fs.open(...call.args), scope), call.steps)
    case "readDirectory":
      return Effect.map(fs.readDirectory(...call.args), (names) => names.toSorted())
    case "readFile":
      return Effect.map(fs.readFile(...call.args), decode)
    case "sink":
      return Stream.fromIterable(call.chunks ?? ["sunk ", "in\n"]).pipe(
        Stream.encodeText,
        Stream.run(fs.sink(...call.args))
      )
    case "stat":
      return Effect.map(fs.stat(...call.args), describe)
    case "stream":
      return Stream.mkString(Stream.decodeText(fs.stream(...call.args)))
    case "watch":
      return firstEvent(fs, call.args[0])
  }
}

/** What the call of a case comes to, within a scope of its own. */
export const perform = (call: Call): Effect.Effect<unknown, PlatformError, FileSystem> =>
  Effect.flatMap(FileSystem, (fs) => Effect.scoped(run(fs, call)))
