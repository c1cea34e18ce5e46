/** Changes in and around a watched file or directory, and the events that a watcher gets. */
import type { PlatformError } from "@effect/platform/Error"
import { FileSystem, type WatchEvent } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Scope } from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Spec } from "@procfsroot/testkit/answers/questions"

export const tree: ReadonlyArray<Spec> = [
  { path: "/w", mode: 0o755 },
  { path: "/w/a", content: "a" },
  { path: "/w/b", content: "b" },
  { path: "/w/sub" },
  { path: "/w/sub/f", content: "f" },
  { path: "/w/sub/deep" },
  { path: "/w/empty" },
  { path: "/w/link", target: "a" },
  { path: "/out" },
  { path: "/out/c", content: "c" },
  { path: "/out/d" },
  { path: "/alias", target: "w" }
]

export interface Scenario {
  readonly name: string
  readonly watched: string
  readonly recursive: boolean
  /** The working directory. Node's layer looks up the names of events in it. */
  readonly from: string
  readonly act: (fs: FileSystem) => Effect.Effect<unknown, PlatformError, Scope>
}

const bytes = new TextEncoder().encode("written")

const acts: Readonly<Record<string, Scenario["act"]>> = {
  "create a file": (fs) => fs.writeFile("/w/new", bytes),
  "create an empty file": (fs) => fs.writeFile("/w/new", new Uint8Array(0)),
  "write a file": (fs) => fs.writeFile("/w/a", bytes),
  "write nothing to a file": (fs) => fs.writeFile("/w/a", new Uint8Array(0), { flag: "a" }),
  "append to a file": (fs) => fs.writeFile("/w/a", bytes, { flag: "a" }),
  "write through a link": (fs) => fs.writeFile("/w/link", bytes),
  "truncate a file": (fs) => fs.truncate("/w/a"),
  "truncate an open file": (fs) => Effect.flatMap(fs.open("/w/a", { flag: "r+" }), (file) => file.truncate(0)),
  "write to an open file": (fs) => Effect.flatMap(fs.open("/w/a", { flag: "r+" }), (file) => file.writeAll(bytes)),
  "write to an open file that was renamed": (fs) =>
    Effect.flatMap(
      fs.open("/w/a", { flag: "r+" }),
      (file) => Effect.zipRight(fs.rename("/w/a", "/w/z"), file.writeAll(bytes))
    ),
  "write to an open file that was removed": (fs) =>
    Effect.flatMap(fs.open("/w/a", { flag: "r+" }), (file) => Effect.zipRight(fs.remove("/w/a"), file.writeAll(bytes))),
  "read a file": (fs) => fs.readFile("/w/a"),
  "list": (fs) => fs.readDirectory("/w"),
  "chmod a file": (fs) => fs.chmod("/w/a", 0o600),
  "chmod a directory": (fs) => fs.chmod("/w/sub", 0o700),
  "chmod the watched": (fs) => fs.chmod("/w", 0o700),
  "chown a file to the same owner": (fs) => fs.chown("/w/a", -1, -1),
  "chown a file": (fs) => fs.chown("/w/a", 5, 5),
  "utimes of a file": (fs) => fs.utimes("/w/a", 1, 2),
  "utimes of the watched": (fs) => fs.utimes("/w", 1, 2),
  "make a directory": (fs) => fs.makeDirectory("/w/new"),
  "make directories": (fs) => fs.makeDirectory("/w/new/deep", { recursive: true }),
  "make a link": (fs) => fs.symlink("a", "/w/new"),
  "link within": (fs) => fs.link("/w/a", "/w/new"),
  "link in": (fs) => fs.link("/out/c", "/w/new"),
  "link out": (fs) => fs.link("/w/a", "/out/new"),
  "write through another hard link": (fs) =>
    Effect.zipRight(fs.link("/w/a", "/w/new"), fs.writeFile("/w/a", bytes, { flag: "r+" })),
  "write through a hard link outside": (fs) =>
    Effect.zipRight(fs.link("/w/a", "/out/new"), fs.writeFile("/out/new", bytes, { flag: "r+" })),
  "remove a file": (fs) => fs.remove("/w/a"),
  "remove one of two hard links": (fs) => Effect.zipRight(fs.link("/w/a", "/out/new"), fs.remove("/w/a")),
  "remove a link": (fs) => fs.remove("/w/link"),
  "remove an empty directory": (fs) => fs.remove("/w/empty", { recursive: true }),
  "remove a tree": (fs) => fs.remove("/w/sub", { recursive: true }),
  "remove the watched": (fs) => fs.remove("/w", { recursive: true }),
  "rename within": (fs) => fs.rename("/w/a", "/w/new"),
  "rename over a name": (fs) => fs.rename("/w/a", "/w/b"),
  "rename in": (fs) => fs.rename("/out/c", "/w/new"),
  "rename in over a name": (fs) => fs.rename("/out/c", "/w/a"),
  "rename out": (fs) => fs.rename("/w/a", "/out/new"),
  "rename out over a name": (fs) => fs.rename("/w/a", "/out/c"),
  "rename to itself": (fs) => fs.rename("/w/a", "/w/a"),
  "rename to another hard link of it": (fs) => Effect.zipRight(fs.link("/w/a", "/w/new"), fs.rename("/w/a", "/w/new")),
  "rename a directory": (fs) => fs.rename("/w/sub", "/w/new"),
  "rename a directory in": (fs) => fs.rename("/out/d", "/w/new"),
  "rename a directory over another": (fs) => fs.rename("/out/d", "/w/empty"),
  "rename the watched": (fs) => fs.rename("/w", "/v"),
  "create in the renamed directory": (fs) =>
    Effect.zipRight(fs.rename("/w", "/v"), fs.writeFile("/v/new", bytes).pipe(Effect.delay("30 millis"))),
  "copy a file over": (fs) => fs.copyFile("/out/c", "/w/a"),
  "copy a file in": (fs) => fs.copyFile("/out/c", "/w/new"),
  "create below": (fs) => fs.writeFile("/w/sub/new", bytes),
  "write below": (fs) => fs.writeFile("/w/sub/f", bytes),
  "remove below": (fs) => fs.remove("/w/sub/f"),
  "rename below": (fs) => fs.rename("/w/sub/f", "/w/sub/new"),
  "make a directory below": (fs) => fs.makeDirectory("/w/sub/new"),
  "chmod below": (fs) => fs.chmod("/w/sub/f", 0o600),
  "create far below": (fs) => fs.writeFile("/w/sub/deep/new", bytes),
  "create in a new directory": (fs) =>
    Effect.zipRight(fs.makeDirectory("/w/new"), fs.writeFile("/w/new/x", bytes).pipe(Effect.delay("50 millis"))),
  "fail to create": (fs) => Effect.ignore(fs.writeFile("/w/a", bytes, { flag: "wx" })),
  "fail to remove": (fs) => Effect.ignore(fs.remove("/w/none"))
}

interface Place {
  readonly watched: string
  readonly recursive?: boolean
  readonly from?: string
}

const scenario = (name: string, { from = "/w", recursive = false, watched }: Place): Scenario => {
  const act = acts[name]
  if (act === undefined) throw new Error(`there is no change named "${name}"`)
  return { name: `${name}, in ${watched}${recursive ? " and below" : ""}`, act, watched, recursive, from }
}

/** Events about the directory itself have its name, which is looked up in its parent. */
const inDirectory = Object.keys(acts).map((name) =>
  scenario(name, { watched: "/w", from: name.endsWith("the watched") ? "/" : "/w" })
)

/**
 * Node 20 implements recursive watchers itself. They lose events, report links to changed files, and report a change
 * before the file itself. These are the scenarios that they get right.
 */
const below = [
  "chmod a directory",
  "chmod below",
  "chmod the watched",
  "chown a file to the same owner",
  "create a file",
  "create below",
  "create far below",
  "create in a new directory",
  "fail to create",
  "list",
  "make a directory",
  "make a directory below",
  "make a link",
  "make directories",
  "read a file",
  "remove an empty directory",
  "remove below",
  "rename a directory in",
  "rename in",
  "utimes of the watched",
  "write below"
]

const ofFile = [
  "append to a file",
  "chmod a file",
  "chown a file",
  "copy a file over",
  "link out",
  "link within",
  "read a file",
  "remove a file",
  "remove one of two hard links",
  "rename in over a name",
  "rename out",
  "rename over a name",
  "rename to another hard link of it",
  "rename to itself",
  "rename within",
  "truncate a file",
  "utimes of a file",
  "write a file",
  "write through another hard link",
  "write through a hard link outside",
  "write to an open file",
  "write to an open file that was removed",
  "write to an open file that was renamed"
]

export const scenarios: ReadonlyArray<Scenario> = [
  ...inDirectory,
  ...below.map((name) => scenario(name, { watched: "/w", recursive: true })),
  ...ofFile.map((name) => scenario(name, { watched: "/w/a" })),
  scenario("remove an empty directory", { watched: "/w/empty" }),
  scenario("rename a directory over another", { watched: "/w/empty" }),
  scenario("rename a directory over another", { watched: "/out/d", from: "/out" }),
  scenario("write a file", { watched: "/w/link" }),
  scenario("remove a file", { watched: "/w/link" }),
  scenario("remove a link", { watched: "/w/link" }),
  scenario("create a file", { watched: "/alias" }),
  scenario("chmod the watched", { watched: "/alias", from: "/" }),
  scenario("chmod the watched", { watched: "/out/../w/" }),
  scenario("rename the watched", { watched: "/out/../w/" })
]

const told = ({ _tag, path }: WatchEvent): string => `${_tag} ${path}`

const failed = (error: PlatformError): string =>
  `${error._tag === "SystemError" ? error.reason : error._tag} in ${error.method}`

/**
 * Returns the events of a watcher, sorted and without duplicates: the kernel merges equal events that have not been
 * read, and an event whose name must be looked up comes later than others. Nothing reports when a watch has begun or
 * ended, so this waits `patience` milliseconds before and after the change.
 */
export const toldIn = (
  { act, recursive, watched }: Scenario,
  patience: number
): Effect.Effect<ReadonlyArray<string>, never, FileSystem> =>
  Effect.gen(function*() {
    const fs = yield* FileSystem
    const all = new Set<string>()
    const watching = yield* fs.watch(watched, { recursive }).pipe(
      Stream.runForEach((event) => Effect.sync(() => all.add(told(event)))),
      Effect.catchAll((error) => Effect.sync(() => all.add(failed(error)))),
      Effect.fork
    )
    yield* Effect.sleep(patience)
    yield* Effect.orDie(Effect.scoped(act(fs)))
    yield* Effect.sleep(patience)
    yield* Fiber.interrupt(watching)
    return [...all].toSorted()
  })
