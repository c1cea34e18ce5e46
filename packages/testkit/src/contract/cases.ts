/** The cases: each method with each path, always in the same order. */
import { argumentCalls, positionCalls } from "./arguments.js"
import type { Call, Case, NewerMethod, TreeName } from "./model.js"
import { chained, firsts, pairs, paths, seconds } from "./paths.js"

const bytes = new TextEncoder().encode("written\n")

/** A time that a file only gets from a case with `utimes`. */
export const STAMP = 1_000_000_000

/** All calls of the methods that take one path. */
const calls = (path: string): ReadonlyArray<Call> => [
  { method: "access", args: [path] },
  { method: "access", args: [path, { readable: true, writable: true }] },
  { method: "chmod", args: [path, 0o705] },
  { method: "chown", args: [path, 1234, 4321] },
  { method: "exists", args: [path] },
  { method: "makeDirectory", args: [path] },
  { method: "makeDirectory", args: [path, { recursive: true }] },
  { method: "makeTempDirectory", args: [{ directory: path, prefix: "T-" }] },
  { method: "makeTempDirectoryScoped", args: [{ directory: path, prefix: "T-" }] },
  { method: "makeTempFile", args: [{ directory: path, prefix: "T-", suffix: ".txt" }] },
  { method: "makeTempFileScoped", args: [{ directory: path, prefix: "T-" }] },
  { method: "open", args: [path] },
  ...(["r+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+"] as const).map((flag): Call => ({
    method: "open",
    args: [path, { flag, mode: 0o600 }]
  })),
  { method: "readDirectory", args: [path] },
  { method: "readDirectory", args: [path, { recursive: true }] },
  { method: "readFile", args: [path] },
  { method: "readFileString", args: [path] },
  { method: "readLink", args: [path] },
  { method: "realPath", args: [path] },
  { method: "remove", args: [path] },
  { method: "remove", args: [path, { force: true }] },
  { method: "remove", args: [path, { recursive: true }] },
  { method: "sink", args: [path] },
  { method: "sink", args: [path, { flag: "wx" }] },
  { method: "sink", args: [path, { flag: "a" }] },
  { method: "stat", args: [path] },
  { method: "stream", args: [path] },
  { method: "stream", args: [path, { offset: 3, bytesToRead: 4 }] },
  { method: "truncate", args: [path] },
  { method: "truncate", args: [path, 3] },
  { method: "utimes", args: [path, STAMP, STAMP] },
  { method: "watch", args: [path] },
  { method: "writeFile", args: [path, bytes] },
  { method: "writeFile", args: [path, bytes, { flag: "wx" }] },
  { method: "writeFile", args: [path, bytes, { flag: "a", mode: 0o600 }] },
  { method: "writeFile", args: [path, bytes, { flag: "r+" }] },
  { method: "writeFileString", args: [path, "written\n"] },
  { method: "symlink", args: ["../some/../text/", path] }
]

/** All calls of the methods that only newer editions have. */
const newerCalls = (path: string): ReadonlyArray<Call> => [
  { method: "lstat", args: [path] },
  { method: "openNoFollow", args: [path] },
  ...(["r+", "w", "wx", "w+", "a", "ax", "a+"] as const).map((flag): Call => ({
    method: "openNoFollow",
    args: [path, { flag, mode: 0o600 }]
  })),
  { method: "readDirectoryEntries", args: [path] }
]

/** The default directory is `/tmp` in the root, no matter where the host has its temporary files. */
const temporary: ReadonlyArray<Call> = [
  { method: "makeTempDirectory", args: [] },
  { method: "makeTempDirectory", args: [{ prefix: "T-" }] },
  { method: "makeTempDirectory", args: [{ directory: "/dir" }] },
  { method: "makeTempDirectory", args: [{ prefix: "sub/T-", directory: "/dir" }] },
  { method: "makeTempDirectory", args: [{ prefix: "missing/T-", directory: "/dir" }] },
  { method: "makeTempDirectory", args: [{ prefix: "../T-", directory: "/links/abs-dir" }] },
  { method: "makeTempDirectoryScoped", args: [] },
  { method: "makeTempFile", args: [] },
  { method: "makeTempFile", args: [{ suffix: ".txt", prefix: "T-" }] },
  { method: "makeTempFile", args: [{ suffix: "/x", prefix: "T-" }] },
  { method: "makeTempFileScoped", args: [] }
]

const targets: ReadonlyArray<Call> = [
  "",
  "/",
  "/file",
  "../../outside/secret",
  "x".repeat(4095),
  "x".repeat(4096),
  "fi\0le"
]
  .map((target) => ({ method: "symlink", args: [target, "/new"] }))

/** Whether a call would wait for ever: nothing writes to the fifo, so a read from it does not end. */
const waits = ({ args, method }: Call): boolean =>
  ["readFile", "readFileString", "stream", "copyFile"].includes(method) &&
  typeof args[0] === "string" && args[0].endsWith("fifo")

/** Writes numbers as text that JSON cannot express. */
const spoken = (_: string, value: unknown): unknown =>
  typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value

const shown = (arg: unknown): string => {
  if (arg instanceof Uint8Array) return arg.length === 0 ? "no bytes" : "bytes"
  if (arg instanceof Date) return `new Date(${arg.getTime()})`
  const text = JSON.stringify(arg, spoken)
  return text.length > 100 ? `${text.slice(0, 60)}…${text.length}` : text
}

const name = ({ args, chunks, method, steps = [] }: Call): string =>
  [
    `${method}(${args.map(shown).join(", ")})`,
    ...(chunks === undefined ? [] : [JSON.stringify(chunks)]),
    ...steps.map(([step, ...args]) => `.${step}(${args.map(shown).join(", ")})`)
  ].join("")

const inTree = (tree: TreeName, list: ReadonlyArray<Call>): ReadonlyArray<Case> =>
  list.filter((call) => !waits(call)).map((call) => ({ ...call, tree, id: `${tree}: ${name(call)}` }))

const all: ReadonlyArray<Case> = [
  ...inTree("standard", [
    ...paths.flatMap(calls),
    ...firsts.flatMap((from) => seconds.flatMap((to) => pairs(from, to))),
    ...temporary,
    ...targets,
    ...argumentCalls,
    ...paths.flatMap(newerCalls),
    ...positionCalls
  ]),
  ...inTree(
    "chains",
    chained.flatMap((path) => [
      ...calls(path),
      ...pairs(path, "/new"),
      ...pairs("/file", path),
      ...newerCalls(path)
    ])
  ),
  ...inTree("bare", temporary)
]

const EVERY = 7

/** Every seventh case of each method. The arguments are products of shorter lists, so this selects all of them. */
export const sampleOf = (cases: ReadonlyArray<Case>): ReadonlyArray<Case> => {
  const counts = new Map<string, number>()
  return cases.filter(({ method }) => {
    const count = counts.get(method) ?? 0
    counts.set(method, count + 1)
    return count % EVERY === 0
  })
}

/** With `npm test` all cases. CI asks some of them once more as an ordinary user. */
export const cases = process.env["TESTS"] === "permissions" ? sampleOf(all) : all

const newerMethods: ReadonlyArray<string> = ["lstat", "openNoFollow", "readDirectoryEntries"] satisfies ReadonlyArray<
  NewerMethod
>

/** Whether a case can only be asked of editions that have the newer methods. */
export const isNewer = ({ method, steps = [] }: Case): boolean =>
  newerMethods.includes(method) || steps.some(([step]) => step === "readAt")

/** The methods that do not change the tree. This is checked once, after all their cases. */
const reading: ReadonlyArray<string> = [
  "access",
  "exists",
  "lstat",
  "readDirectory",
  "readDirectoryEntries",
  "readFile",
  "readFileString",
  "readLink",
  "realPath",
  "stat",
  "stream"
]

export const mutates = ({ method }: Case): boolean => !reading.includes(method)
