/** Refuses what would change something, as a mount with MS_RDONLY does. */
import type { PlatformError } from "@effect/platform/Error"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as FileSystemError from "@procfsroot/platform/FileSystemError"
import * as Effect from "effect/Effect"

type Refusable = Omit<FileSystem, "exists" | "readFileString" | "sink" | "stream" | "writeFileString">

const refuse = (method: string) => (path: string): Effect.Effect<never, PlatformError> =>
  Effect.suspend(() => Effect.fail(FileSystemError.fromFailure(method, path, { code: "EROFS" })))

const refuseTemporary = (method: string) => (options: { readonly directory?: string } = {}) =>
  refuse(method)(options.directory ?? "/tmp")

/**
 * What stands in the place of the methods of `system`; all others stay.
 *
 * @internal
 */
export const readOnly = (system: Refusable): Partial<Refusable> => ({
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
  remove: refuse("remove"),
  rename: refuse("rename"),
  symlink: (_target, path) => refuse("symlink")(path),
  truncate: refuse("truncate"),
  utimes: refuse("utime"),
  writeFile: refuse("writeFile"),
  access: (path, options) => options?.writable === true ? refuse("access")(path) : system.access(path, options),
  open: (path, options) => (options?.flag ?? "r") === "r" ? system.open(path, options) : refuse("open")(path)
})
