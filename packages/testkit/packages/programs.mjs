// Programs that a user of each edition could write: one that uses a disk, and one with fakes, which runs anywhere.

/** Creates the directory that a program opens as a root. */
const box = `
import { deepStrictEqual, strictEqual } from "node:assert"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const box = mkdtempSync(join(tmpdir(), "box-"))
mkdirSync(join(box, "etc"))
writeFileSync(join(box, "etc/motd"), "hello\\n")
symlinkSync("/etc/motd", join(box, "motd"))
symlinkSync("/b", join(box, "a"))
symlinkSync("a", join(box, "b"))
`

/** Replaces `node:assert`, so that the program imports no module of a runtime. */
const equals = `
const strictEqual = <A>(actual: A, expected: A): void => {
  if (actual !== expected) throw new Error(\`\${String(actual)} instead of \${String(expected)}\`)
}
declare const console: { readonly log: (text: string) => void }
`

/** For each version of Effect, only the imports differ. */
const diskWithEffect = (imports) =>
  `${box}${imports}
import * as Effect from "effect/Effect"

const inRoot = Effect.gen(function*() {
  const fs = yield* FileSystem
  const { strategy } = yield* Root.Root
  strictEqual(yield* Root.resolve("/motd"), "/etc/motd")
  strictEqual(yield* fs.readFileString("/motd"), "hello\\n")
  const cycle = yield* Root.resolve("/a").pipe(
    Effect.flip,
    Effect.map((error) => error._tag === "SymlinkLoop" ? error.cycle : [])
  )
  deepStrictEqual(cycle, ["/a", "/b"])
  const caught: string = yield* Root.resolve("/a").pipe(
    Effect.catchTag("SymlinkLoop", (error) => Effect.succeed(error.cycle.join(" ")))
  )
  strictEqual(caught, "/a /b")
  return strategy.name
}).pipe(Effect.provide(NodeRootFileSystem.layer(box)))

const strategy = await Effect.runPromise(inRoot)
rmSync(box, { recursive: true })
console.log(strategy)
`

const fakesWithEffect = (imports) =>
  `${imports}
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
${equals}
const withFaults = Effect.gen(function*() {
  const fs = yield* FileSystem
  const error = yield* Effect.flip(fs.readFileString("/motd"))
  strictEqual(Option.getOrThrow(FileSystemError.errno(error)), "EIO")
  strictEqual(yield* fs.readFileString("/motd"), "hello\\n")
  strictEqual<string>(yield* Root.resolve("/motd"), "/etc/motd")
}).pipe(Effect.provide(MemoryFileSystem.layer(
  { "/etc/motd": "hello\\n", "/motd": MemoryFileSystem.link("/etc/motd") },
  { faults: [{ method: "readFile", nth: 1, code: "EIO" }] }
)))

await Effect.runPromise(withFaults)
console.log("fakes")
`

const fakes3 = fakesWithEffect(`
import { FileSystem } from "@effect/platform/FileSystem"
import { FileSystemError, MemoryFileSystem, Root } from "@procfsroot/platform"`)

const fakes4 = fakesWithEffect(`
import { FileSystem } from "effect/FileSystem"
import { FileSystemError, MemoryFileSystem, Root } from "@procfsroot/effect4"`)

/** What is installed for each edition. The peer dependencies are those of the package `declares`. */
export const editions = {
  promises: {
    packages: ["path", "vfs", "node"],
    declares: "node",
    disk: `${box}
import { openRoot, type Promises } from "@procfsroot/node"
import * as NodeFs from "node:fs/promises"

const copy = async (fs: Pick<typeof NodeFs, "readFile" | "writeFile">, base: string) => {
  await fs.writeFile(base + "/copy", await fs.readFile(base + "/etc/motd"))
  return fs.readFile(base + "/copy", "utf8")
}

const ofNode: Pick<Promises.Promises, "appendFile" | "readFile" | "writeFile"> = NodeFs

const inRoot = async () => {
  await using root = await openRoot(box)
  strictEqual(await root.resolve("/motd"), "/etc/motd")
  strictEqual(await root.promises.readFile("/motd", "utf8"), "hello\\n")
  const [loop] = await root.resolveAll(["/a"])
  deepStrictEqual(loop?.error?._tag === "SymlinkLoop" ? loop.error.cycle : [], ["/a", "/b"])
  strictEqual(await copy(root.promises, ""), String(await ofNode.readFile(box + "/etc/motd")))
  return root.strategy.name
}

const strategy = await inRoot()
rmSync(box, { recursive: true })
console.log(strategy)
`,
    fakes: `
import { MemoryRoot, openMemoryRoot } from "@procfsroot/node"
${equals}
const { promises } = openMemoryRoot({ "/run/motd": "hello\\n", "/etc": MemoryRoot.link("run") })
await promises.writeFile("/etc/copy", await promises.readFile("/etc/motd"))
strictEqual(await promises.readFile("/run/copy", "utf8"), "hello\\n")
console.log("fakes")
`
  },
  effect3: {
    packages: ["path", "vfs", "node", "platform", "platform-node"],
    declares: "platform",
    disk: diskWithEffect(`
import { FileSystem } from "@effect/platform/FileSystem"
import { Root } from "@procfsroot/platform"
import { NodeRootFileSystem } from "@procfsroot/platform-node"`),
    fakes: fakes3
  },
  effect4: {
    packages: ["path", "vfs", "node", "effect4"],
    declares: "effect4",
    disk: diskWithEffect(`
import { FileSystem } from "effect/FileSystem"
import { Root } from "@procfsroot/effect4"
import { NodeRootFileSystem } from "@procfsroot/effect4/node"`),
    fakes: fakes4
  }
}

/** Programs for a browser, each with the edition that has to be installed for it. */
export const inBrowser = {
  "the walk alone": {
    edition: "promises",
    program: `
import { Policy, Walk } from "@procfsroot/path"
const outcome = Walk.run("", "/etc/../motd", ({ name }) => ({ _tag: "Directory", handle: name }), Policy.make({}))
console.log(outcome._tag === "Resolved" && Walk.toPath(outcome) === "/motd" ? "fakes" : outcome._tag)
`
  },
  "Effect 3": { edition: "effect3", program: fakes3 },
  "Effect 4": { edition: "effect4", program: fakes4 }
}
