/** Cases with unusual or invalid arguments: texts, alone and in pairs, numbers, and operations of open files. */
import type { Call, Step } from "./model.js"
import { escaped, ill, pairs, withNul } from "./paths.js"

/** Texts without a name at the end, with a name that is not allowed, or with one that has no bytes. */
const texts: ReadonlyArray<string> = [
  "",
  "/",
  "/.",
  "..",
  "/dir/..",
  withNul,
  ill,
  escaped,
  `/${"n".repeat(256)}`,
  "/x".repeat(2048)
]

/** Each text in each place of the methods with two paths, together with another bad text or with a good one. */
const twoTexts: ReadonlyArray<Call> = [...texts, "/file", "/missing/x"].flatMap((from) =>
  [...texts, "/new", "/missing/x"].flatMap((to): ReadonlyArray<Call> => [
    ...pairs(from, to),
    { method: "symlink", args: [from, to] }
  ])
)

/** Bad texts in the parts of a temporary name. */
const temporary: ReadonlyArray<Call> = ["\0", "\ud800", "\udcc3\udca9", "n".repeat(256), "/x".repeat(2048)].flatMap((
  text
): ReadonlyArray<Call> => [
  { method: "makeTempDirectory", args: [{ prefix: text }] },
  { method: "makeTempDirectory", args: [{ directory: text }] },
  { method: "makeTempDirectoryScoped", args: [{ prefix: text }] },
  { method: "makeTempFile", args: [{ prefix: text }] },
  { method: "makeTempFile", args: [{ suffix: text }] },
  { method: "makeTempFileScoped", args: [{ suffix: text }] }
])

const bytes = new TextEncoder().encode("written\n")

const TOO_LARGE = 2 ** 53

const numbers: ReadonlyArray<number> = [1.5, -1, -1.5, Number.NaN, Infinity, 2 ** 31, 2 ** 32, TOO_LARGE]

/** Without numbers that would let a file grow to gigabytes. */
const lengths = numbers.filter((number) => !(number >= 2 ** 31 && number < TOO_LARGE))

const withNumber: ReadonlyArray<Call> = [
  ...numbers.flatMap((number): ReadonlyArray<Call> => [
    { method: "chmod", args: ["/file", number] },
    { method: "chmod", args: ["/missing", number] },
    { method: "chown", args: ["/file", number, 0] },
    { method: "chown", args: ["/file", 0, number] },
    { method: "utimes", args: ["/file", number, 1] },
    { method: "utimes", args: ["/file", 1, number] },
    { method: "utimes", args: ["/file", new Date(number), new Date(number)] },
    { method: "makeDirectory", args: ["/new", { mode: number }] },
    { method: "makeDirectory", args: ["/new/deeper", { mode: number, recursive: true }] },
    { method: "open", args: ["/file", { mode: number }] },
    { method: "open", args: ["/new", { flag: "w", mode: number }], steps: [["stat"]] },
    { method: "writeFile", args: ["/new", bytes, { mode: number }] },
    { method: "writeFileString", args: ["/missing/x", "", { mode: number }] },
    { method: "sink", args: ["/new", { mode: number }] }
  ]),
  ...lengths.flatMap((number): ReadonlyArray<Call> => [
    { method: "truncate", args: ["/file", number] },
    { method: "truncate", args: ["/missing", number] },
    { method: "stream", args: ["/file", { offset: number }] },
    { method: "stream", args: ["/file", { bytesToRead: number }] },
    { method: "open", args: ["/file", { flag: "r+" }], steps: [["truncate", number]] }
  ]),
  ...[1.5, -1, Number.NaN].map((number): Call => ({ method: "stream", args: ["/file", { chunkSize: number }] })),
  ...[1.5, -1, Number.NaN].map((number): Call => ({ method: "open", args: ["/file"], steps: [["readAlloc", number]] }))
]

const reading: ReadonlyArray<Step> = [
  ["seek", 3, "start"],
  ["seek", 2, "current"],
  ["read", 4],
  ["seek", -3, "current"],
  ["readAlloc", 2],
  ["seek", 0n, "current"],
  ["read", 0],
  ["readAlloc", 0],
  ["seek", 1000, "start"],
  ["read", 4],
  ["readAlloc", 4],
  ["write", "!"],
  ["writeAll", "!"],
  ["truncate"],
  ["sync"]
]

const writing: ReadonlyArray<Step> = [
  ["write", "first"],
  ["seek", 0, "current"],
  ["write", ""],
  ["writeAll", ""],
  ["seek", 8, "start"],
  ["writeAll", "second"],
  ["truncate", 4],
  ["seek", 0, "current"],
  ["truncate", 6n],
  ["write", "third"],
  ["read", 4],
  ["readAlloc", 4],
  ["stat"]
]

const afterItsScope: ReadonlyArray<Step> = [
  ["close"],
  ["stat"],
  ["sync"],
  ["seek", 1, "start"],
  ["read", 4],
  ["readAlloc", 4],
  ["truncate"],
  ["write", "!"],
  ["writeAll", "!"]
]

/** Reads and writes at a negative position. */
export const negative: ReadonlyArray<Step> = [
  ["seek", -1, "start"],
  ["read", 4],
  ["readAlloc", 4],
  ["write", "!"],
  ["writeAll", "!"]
]

const openFiles: ReadonlyArray<Call> = [
  { method: "open", args: ["/file"], steps: reading },
  ...(["r+", "w", "w+", "a", "a+"] as const).flatMap((flag): ReadonlyArray<Call> => [
    { method: "open", args: ["/file", { flag }], steps: writing },
    { method: "open", args: ["/file", { flag }], steps: afterItsScope }
  ]),
  { method: "open", args: ["/file"], steps: afterItsScope },
  { method: "open", args: ["/file", { flag: "r+" }], steps: negative },
  { method: "open", args: ["/dir"], steps: [["stat"], ["read", 4], ["readAlloc", 4], ["truncate"], ["sync"]] },
  { method: "open", args: ["/fifo", { flag: "r+" }], steps: [["stat"], ["truncate"], ["sync"]] },
  { method: "sink", args: ["/file"], chunks: [] },
  { method: "sink", args: ["/new"], chunks: [] },
  { method: "sink", args: ["/file"], chunks: [""] },
  { method: "sink", args: ["/file", { flag: "a" }], chunks: ["a", "", "b"] },
  { method: "writeFile", args: ["/file", new Uint8Array()] },
  { method: "stream", args: ["/file", { offset: 1000 }] },
  { method: "stream", args: ["/file", { bytesToRead: 0 }] },
  { method: "stream", args: ["/file", { chunkSize: 2, bufferSize: 1 }] }
]

const positions: ReadonlyArray<Step> = [
  ["seek", 2, "start"],
  ["readAt", 4, 0n],
  ["readAt", 4, 8n],
  ["readAt", 0, 8n],
  ["readAt", 4, 1000n],
  // The position of the file has not changed.
  ["read", 4],
  ["write", "!"],
  ["readAt", 8, 0n],
  ["seek", 0, "current"]
]

/** A read at a negative position. */
export const negativeAt: ReadonlyArray<Step> = [["readAt", 4, -1n]]

/** Reads at a position, which only newer editions have. */
export const positionCalls: ReadonlyArray<Call> = [
  ...(["r", "r+", "w", "w+", "a", "a+"] as const).map((flag): Call => ({
    method: "open",
    args: ["/file", { flag }],
    steps: positions
  })),
  { method: "open", args: ["/dir"], steps: [["readAt", 4, 0n]] },
  { method: "open", args: ["/file"], steps: [["close"], ["readAt", 4, 0n]] },
  { method: "open", args: ["/file"], steps: negativeAt }
]

/** All these calls, for the standard tree. */
export const argumentCalls: ReadonlyArray<Call> = [...twoTexts, ...temporary, ...withNumber, ...openFiles]
