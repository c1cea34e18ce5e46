/** The paths of the contract suite: every kind of file, and every way to reach it. */
import type { Call } from "./model.js"

const kinds = ["file", "dir", "fifo", "missing"]
const byLink = (name: string) => ["rel", "abs", "chain", "climb"].map((way) => `/links/${way}-${name}`)

const plain = ["/file", "/dir", "/empty", "/fifo", "/missing", "/dir/file", "/dir/link", "/dir/missing", "/links"]
const relative = ["file", "./file", "missing", "dir/sub"]
const linked = [...kinds.flatMap(byLink), "/links/rel-empty"]
const slash = [
  "/file/",
  "/dir/",
  "/empty//",
  "/fifo/",
  "/missing/",
  "/links/rel-file/",
  "/links/rel-dir/",
  "/links/rel-empty/",
  "/links/rel-missing/"
]
const dot = slash.map((path) => path.replace(/\/+$/, "/."))
const dotDot = [
  "/dir/..",
  "/dir/sub/..",
  "/file/..",
  "/missing/..",
  "/missing/../file",
  "/links/abs-dir/..",
  "/links/abs-dir/../file",
  "/links/abs-dir/../missing",
  "/../file",
  "/../../../dir/file",
  "/dir/sub/../../missing"
]
const behindLink = ["/links/abs-dir/file", "/links/abs-dir/missing", "/links/climb-dir/sub", "/links/chain-dir/link"]
const noParent = [
  "/missing/x",
  "/file/x",
  "/fifo/x",
  "/links/rel-file/x",
  "/links/rel-missing/x",
  "/links/self/x",
  "/missing/x/y"
]
const loops = ["/links/self", "/links/ping", "/links/self/"]
const out = [
  "/links/out-file",
  "/links/out-dir",
  "/links/out-dir/",
  "/links/out-dir/secret",
  "/links/out-dir/new",
  "/links/out-new",
  "/links/out-abs",
  "/../outside/secret",
  "../outside/secret"
]
const texts = [
  "/links/slash-file",
  "/links/slash-dir",
  "/links/slash-missing",
  "/links/dot-dir",
  "/links/via-slash-dir",
  "/links/slash-dir/missing"
]
const roots = ["/", "/.", "/..", "//", ".", "..", ""]
const lengths = [
  `/${"n".repeat(255)}`,
  `/${"n".repeat(256)}`,
  `/file/${"n".repeat(256)}`,
  `/missing/${"n".repeat(256)}`,
  `/${"n".repeat(256)}/`,
  "/x".repeat(2048),
  `/${"./".repeat(2045)}file`
]

/** A path with a NUL, which is not allowed in paths. */
export const withNul = "/fi\0le"

/** A path with half of a surrogate pair, for which there are no bytes. */
export const ill = "/fi\ud800le"

/** A path with the bytes of a character as escapes, which have only one text: the character. */
export const escaped = "/fi\udcc3\udca9le"

/** All paths for the standard tree. */
export const paths: ReadonlyArray<string> = [
  ...plain,
  ...relative,
  ...linked,
  ...slash,
  ...dot,
  ...dotDot,
  ...behindLink,
  ...noParent,
  ...loops,
  ...out,
  ...texts,
  ...roots,
  ...lengths,
  withNul,
  ill,
  escaped
]

/** The first paths for methods with two paths, which get each pair. */
export const firsts: ReadonlyArray<string> = [
  "/file",
  "/dir",
  "/empty",
  "/missing",
  "/dir/file",
  "/dir/sub",
  "/links/rel-file",
  "/links/abs-dir",
  "/links/chain-file",
  "/links/rel-missing",
  "/links/self",
  "/file/",
  "/dir/",
  "/links/rel-file/",
  "/links/rel-dir/",
  "/dir/.",
  "/dir/sub/..",
  "/missing/x",
  "/links/out-file",
  "/links/out-dir",
  "/links/slash-file",
  "/",
  "",
  `/${"n".repeat(256)}`
]

export const seconds: ReadonlyArray<string> = [
  "/new",
  "/new/",
  "/new/deeper",
  "new",
  "/dir/new",
  "/links/climb-dir/new",
  "/links/abs-missing",
  "/links/out-new",
  "/../outside/new",
  "/file/x",
  ...firsts.filter((path) => !["/missing", "/links/chain-file", "/missing/x", "/links/rel-missing"].includes(path))
]

/** The paths for the tree of chains: 40 links are allowed, 41 are not. */
export const chained: ReadonlyArray<string> = ["f", "d", "n"].flatMap((kind) => [
  `/${kind}40`,
  `/${kind}41`,
  `/d1/../${kind}39`,
  `/d1/../${kind}40`
]).concat("/d40/", "/d41/", "/d40/x", "/d41/x")

/** All calls of the methods that take two paths. */
export const pairs = (from: string, to: string): ReadonlyArray<Call> => [
  { method: "copy", args: [from, to] },
  { method: "copy", args: [from, to, { overwrite: true, preserveTimestamps: true }] },
  { method: "copyFile", args: [from, to] },
  { method: "link", args: [from, to] },
  { method: "rename", args: [from, to] }
]
