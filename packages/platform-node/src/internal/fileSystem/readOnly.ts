/** What a read-only file system allows: everything is named here, so that a new method does not compile until it is decided. */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as FileSystemError from "@procfsroot/platform/FileSystemError"
import type { RootHandle } from "@procfsroot/node/Root"

/** All that is not derived from these. */
type Methods = Omit<FileSystem, "exists" | "readFileString" | "sink" | "stream" | "writeFileString">

/** Refuses what would change something with EROFS, as a mount with MS_RDONLY does, before anything is looked at. */
const refusing = (root: RootHandle, method: string) => (path: string): Effect.Effect<never, PlatformError> =>
  Effect.suspend(() =>
    Effect.fail(FileSystemError.fromFailure(method, path, { code: root.isOpen ? "EROFS" : "EBADF" }))
  )

/** @internal */
export const readOnly = (root: RootHandle, system: Methods): Methods => {
  const refuse = (method: string) => refusing(root, method)
  const refuseTemporary = (method: string) => (options: { readonly directory?: string } = {}) =>
    refuse(method)(options.directory ?? "/tmp")
  return {
    access: (path, options) => options?.writable === true ? refuse("access")(path) : system.access(path, options),
    chmod: refuse("chmod"),
    chown: refuse("chown"),
    copy: (_from, to) => refuse("copy")(to),
    copyFile: (_from, to) => refuse("copyFile")(to),
    link: (_from, to) => refuse("link")(to),
    makeDirectory: refuse("makeDirectory"),
    makeTempDirectory: refuseTemporary("makeTempDirectory"),
    makeTempDirectoryScoped: refuseTemporary("makeTempDirectoryScoped"),
    makeTempFile: refuseTemporary("makeTempFile"),
    makeTempFileScoped: refuseTemporary("makeTempFileScoped"),
    open: (path, options) => (options?.flag ?? "r") === "r" ? system.open(path, options) : refuse("open")(path),
    readDirectory: system.readDirectory,
    readFile: system.readFile,
    readLink: system.readLink,
    realPath: system.realPath,
    remove: refuse("remove"),
    rename: refuse("rename"),
    stat: system.stat,
    symlink: (_target, path) => refuse("symlink")(path),
    truncate: refuse("truncate"),
    utimes: refuse("utime"),
    watch: system.watch,
    writeFile: refuse("writeFile")
  }
}
