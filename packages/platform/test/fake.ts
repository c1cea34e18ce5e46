/** Minimal fakes, like those that users write: `readLink` and `stat` over a tree, with errors that can say little. */
import { SystemError, type SystemErrorReason } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { inMemory, type TreeNode, type TreeSpec } from "@procfsroot/testkit/tree"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Where the fake's tree is mounted. */
export const MOUNT = "/srv/box"

/** What a failure contains: only its reason, or also the errno, as in Node's `FileSystem`. */
export type Telling = (reason: SystemErrorReason, errno: string) => { readonly cause?: unknown }

export const silent: Telling = () => ({})
export const withErrno: Telling = (_, code) => ({ cause: Object.assign(new Error(code), { code }) })

export const failure = (
  method: string,
  path: string,
  reason: SystemErrorReason,
  detail: { readonly cause?: unknown } = {}
): SystemError => new SystemError({ module: "FileSystem", method, reason, pathOrDescriptor: path, ...detail })

export const info = (type: FileSystem.File.Type): FileSystem.File.Info => ({
  type,
  mtime: Option.none(),
  atime: Option.none(),
  birthtime: Option.none(),
  dev: 0,
  ino: Option.none(),
  mode: 0o755,
  nlink: Option.none(),
  uid: Option.none(),
  gid: Option.none(),
  rdev: Option.none(),
  size: FileSystem.Size(0),
  blksize: Option.none(),
  blocks: Option.none()
})

/** Returns the node at a path. Only its last component can be a link: a walk asks for no other paths. */
const find = (root: TreeNode, path: string): TreeNode | "ENOENT" | "ENOTDIR" => {
  if (path !== MOUNT && !path.startsWith(`${MOUNT}/`)) return "ENOENT"
  let at = root
  for (const name of path.slice(MOUNT.length).split("/").filter((name) => name !== "" && name !== ".")) {
    if (at.type !== "dir") return "ENOTDIR"
    const child = at.children.get(name)
    if (child === undefined) return "ENOENT"
    at = child
  }
  return at
}

const reasons = { ENOENT: "NotFound", ENOTDIR: "BadResource" } as const
const types = { dir: "Directory", file: "File", fifo: "FIFO", symlink: "SymbolicLink" } as const

export const fake = (tree: TreeSpec, telling: Telling): Pick<FileSystem.FileSystem, "readLink" | "stat"> => {
  const root = inMemory(tree)
  return {
    readLink: (path) => {
      const node = find(root, path)
      if (typeof node === "string") {
        return Effect.fail(failure("readLink", path, reasons[node], telling(reasons[node], node)))
      }
      return node.type === "symlink"
        ? Effect.succeed(node.target)
        : Effect.fail(failure("readLink", path, "Unknown", telling("Unknown", "EINVAL")))
    },
    stat: (path) => {
      const node = find(root, path)
      return typeof node === "string"
        ? Effect.fail(failure("stat", path, reasons[node], telling(reasons[node], node)))
        : Effect.succeed(info(types[node.type]))
    }
  }
}
