/** Reads and writes whole files, by a path or a handle. */
import type { Flag } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { errnoError } from "../errnoError.js"
import { checkFlush, checkSignal, FILE_MODE, modeOf, openingOf } from "./arguments.js"
import { FileHandle, piecesOf } from "./fileHandle.js"
import type { Method } from "./methods.js"
import { type Backend, run, runCall, settling } from "./perform.js"
import { bytesOf, type Encoded, encodingOf, formOf, type PathLike, pathOf } from "./texts.js"

type File = PathLike | FileHandle<unknown>

interface Options extends Encoded {
  readonly buffer?: unknown
  readonly flag?: string | number | undefined
  readonly mode?: number | string | undefined
  readonly flush?: boolean | null | undefined
  readonly signal?: AbortSignal | undefined
}

/** @internal */
export type AnyOptions = Options | string | null | undefined

/**
 * Options, of which an encoding can be passed by itself.
 *
 * @internal
 */
export const named = (options: AnyOptions): Options => typeof options === "object" && options !== null ? options : {}

/** @internal */
export const openFile = <F>(
  backend: Backend<F>,
  file: PathLike,
  flags: string | number | null | undefined,
  mode: number | string | null | undefined,
  otherwise: Flag = "r",
  method: Method = "open"
): Program.Now<FileHandle<F>> => {
  const path = pathOf(file)
  const { flag, noFollow } = openingOf(flags, otherwise)
  const bits = modeOf(mode, FILE_MODE)
  const open = () =>
    Program.map(backend.fileSystem.open(path, flag, bits, noFollow), (file) => new FileHandle(backend, file))
  return runCall(backend, method, "open", [path], open)
}

/**
 * Opens a file, and closes it after `use`. If both fail, reports the first error. Does not use `await using`, which some
 * browsers do not have.
 */
const closing = async <F, A>(
  backend: Backend<F>,
  open: () => Program.Now<FileHandle<F>>,
  signal: AbortSignal | undefined,
  use: (handle: FileHandle<F>) => Promise<A>
): Promise<A> => {
  let handle: FileHandle<F> | undefined
  let value: A
  try {
    value = await use(await settling(backend, () => Program.map(open(), (opened) => handle = opened), signal))
  } catch (error) {
    await handle?.close().catch(() => {})
    throw error
  }
  await handle?.close()
  return value
}

/** @internal */
export const readFile = <F>(backend: Backend<F>) => async (file: File, options?: AnyOptions) => {
  if (file instanceof FileHandle) return file.readFile(options)
  const { buffer, encoding, flag, signal } = named(options)
  const inForm = formOf(options)
  if (flag === undefined || flag === "r") {
    const path = pathOf(file)
    return inForm(await run(backend, "readFile", "open", [path], () => backend.fileSystem.readFile(path), signal))
  }
  checkSignal(signal)
  return closing(
    backend,
    () => openFile(backend, file, flag, undefined, "r", "readFile"),
    signal,
    (handle) => handle.readFile({ buffer, encoding, signal })
  )
}

/** @internal */
export const writeFile = <F>(backend: Backend<F>, method: "appendFile" | "writeFile", otherwise: Flag) =>
async (
  file: File,
  data: unknown,
  options?: AnyOptions
): Promise<void> => {
  if (file instanceof FileHandle) return FileHandle.writeAs(method, file, data, options)
  const { flag, flush, mode, signal } = named(options)
  const encoding = encodingOf(options)
  checkFlush(flush)
  const opening = openingOf(flag, otherwise)
  const pieces = piecesOf(data)
  const bytes = pieces === undefined ? bytesOf(data, encoding) : undefined
  const size = bytes?.length ?? 0
  // The caller may resize the buffer, or move it to another thread, while this waits.
  const checkWhole = (): void => {
    if (bytes !== undefined && bytes.length < size) throw errnoError("EIO", "write")
  }
  if (bytes !== undefined && !opening.noFollow) {
    const [path, bits] = [pathOf(file), modeOf(mode, FILE_MODE)]
    const begin = () => {
      checkWhole()
      return backend.fileSystem.writeFile(path, bytes, opening.flag, bits, flush === true)
    }
    return run(backend, method, "open", [path], begin, signal)
  }
  checkSignal(signal)
  const open = () => openFile(backend, file, flag, mode, otherwise, method)
  await closing(backend, open, signal, async (handle) => {
    checkWhole()
    await FileHandle.writeAs(method, handle, bytes ?? pieces, { encoding, signal })
    if (flush === true) await handle.sync()
  })
}
