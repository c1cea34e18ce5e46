/** The trees of the contract suite. */
import type { FileSpec, TreeName } from "./model.js"

const directory = (path: string, mode = 0o755): FileSpec => ({ path, type: "Directory", mode })
const file = (path: string, mode = 0o644): FileSpec => ({ path, type: "File", mode, content: `content of ${path}\n` })
const fifo = (path: string): FileSpec => ({ path, type: "FIFO", mode: 0o644 })
const link = (path: string, target: string): FileSpec => ({ path, type: "SymbolicLink", mode: 0o777, target })

/**
 * In the text of a link, this is replaced with the directory of the host that contains the root and the files outside.
 */
export const BASE = "{base}"

/** Links of every kind to a file. */
const linksTo = (name: string): ReadonlyArray<FileSpec> => [
  link(`/links/rel-${name}`, `../${name}`),
  link(`/links/abs-${name}`, `/${name}`),
  link(`/links/chain-${name}`, `rel-${name}`),
  link(`/links/climb-${name}`, `../../../../${name}`)
]

const standard: ReadonlyArray<FileSpec> = [
  directory("/tmp", 0o1777),
  directory("/dir", 0o750),
  file("/dir/file", 0o640),
  directory("/dir/sub"),
  file("/dir/sub/deep"),
  link("/dir/link", "file"),
  directory("/empty"),
  file("/file"),
  fifo("/fifo"),
  directory("/links"),
  ...["file", "dir", "fifo", "missing"].flatMap(linksTo),
  link("/links/rel-empty", "../empty"),
  link("/links/slash-file", "../file/"),
  link("/links/slash-dir", "../dir/"),
  link("/links/slash-missing", "../missing/"),
  link("/links/via-slash-dir", "slash-dir/missing"),
  link("/links/dot-dir", "../dir/."),
  link("/links/self", "self"),
  link("/links/ping", "pong"),
  link("/links/pong", "ping"),
  link("/links/out-file", "../../outside/secret"),
  link("/links/out-dir", "../../outside"),
  link("/links/out-new", "../../outside/new"),
  link("/links/out-abs", `${BASE}/outside/secret`)
]

/** Chains of links. The kernel follows at most 40 links for one path (`MAXSYMLINKS` in `include/linux/namei.h`). */
const chains: ReadonlyArray<FileSpec> = [
  file("/file"),
  directory("/dir"),
  link("/f1", "file"),
  link("/d1", "dir"),
  link("/n1", "missing"),
  ...Array.from({ length: 41 }, (_, i) => i + 2).flatMap((i) => [
    link(`/f${i}`, `f${i - 1}`),
    link(`/d${i}`, `/d${i - 1}`),
    link(`/n${i}`, `n${i - 1}`)
  ])
]

export const trees: Readonly<Record<TreeName, ReadonlyArray<FileSpec>>> = {
  standard,
  chains,
  bare: [file("/file")]
}

/** Files next to the root, which must never be read or changed. */
export const outside: ReadonlyArray<FileSpec> = [
  file("/secret"),
  directory("/sub"),
  file("/sub/deep")
]
