import * as FileSystem from "@effect/platform/FileSystem"
import type { PlatformError } from "@effect/platform/Error"
import * as Node from "@procfsroot/node/FileSystem"
import type { Binding, Openat2 } from "@procfsroot/node/Native"
import type { RootHandle } from "@procfsroot/node/Root"
import { Root } from "@procfsroot/platform/Root"
import * as VfsFileSystem from "@procfsroot/platform/VfsFileSystem"
import * as Errno from "@procfsroot/vfs/Errno"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Options } from "../NodeRootFileSystem.js"
import { platformError } from "./fileSystem/platformError.js"
import { readOnly } from "./fileSystem/readOnly.js"
import { given, openBound } from "./nodeRoot.js"

const backendOf = (name: string, handle: RootHandle): VfsFileSystem.Backend<number> => {
  const failed = platformError(name, handle)
  const failWith =
    (operation: Parameters<typeof failed>[0]) => (thrown: unknown): Effect.Effect<never, PlatformError> => {
      const known = failed(operation, thrown)
      return known === undefined ? Effect.die(thrown) : Effect.fail(known)
    }
  return {
    fileSystem: Node.make(handle),
    perform: (operation) => VfsFileSystem.run(operation.begin, failWith(operation)),
    failed,
    descriptorOf: (descriptor) => descriptor,
    retain: (method, prefix) =>
      Effect.map(
        Effect.acquireRelease(
          Effect.suspend(() =>
            handle.isOpen
              ? Effect.succeed(handle.retain())
              : failWith({ method, subject: prefix })(Errno.make("EBADF"))
          ),
          (held) => Effect.sync(() => held.close())
        ),
        Node.make
      )
  }
}

const makeBound = (path: string, options: Options, bind: (() => Binding) | undefined) =>
  Effect.map(
    openBound(path, {}, bind),
    ({ handle, root }) => {
      const system = VfsFileSystem.make(backendOf(path, handle))
      return Context.make(
        FileSystem.FileSystem,
        options.readOnly === true ? { ...FileSystem.make(readOnly(handle, system)), stream: system.stream } : system
      ).pipe(Context.add(Root, root))
    }
  )

/** @internal */
export const make = (path: string, options: Options) => makeBound(path, options, undefined)

/**
 * `layer` with whatever answers `openat2`.
 *
 * @internal
 */
export const layerWith = (path: string, options: Options, openat2: Openat2 | undefined) =>
  Layer.scopedContext(makeBound(path, options, () => given(openat2)))

/** @internal */
export const layer = (path: string, options: Options = {}) => Layer.scopedContext(make(path, options))
