/** Reads and writes whole files synchronously. */
import type { File, FileSystem, Flag } from "@procfsroot/vfs/FileSystem"
import * as Program from "@procfsroot/vfs/Program"
import { checkFlush, FILE_MODE, modeOf, type Opening, openingOf } from "./arguments.js"
import { type AnyOptions, named } from "./content.js"
import { type Backend, performSync } from "./perform.js"
import { bytesOf, encodingOf, formOf, type PathLike, pathOf } from "./texts.js"

/** Opens a file, and closes it after `use`. If both fail, reports the first error. */
function* using<F, A>(
  fs: FileSystem<F>,
  path: string,
  { flag, noFollow }: Opening,
  mode: number,
  use: (file: File<F>) => Program.Program<A>
): Program.Program<A> {
  const file = Program.valueOf(fs.open(path, flag, mode, noFollow))
  let isDone = false
  try {
    const value = yield* use(file)
    isDone = true
    yield* file.close()
    return value
  } finally {
    if (!isDone) {
      try {
        yield* file.close()
      } catch {
        // The first error is the one to report.
      }
    }
  }
}

/** @internal */
export const readFileSync = <F>(backend: Backend<F>) => (path: PathLike, options?: AnyOptions): string | Uint8Array => {
  const inForm = formOf(options)
  const opening = openingOf(named(options).flag, "r")
  const text = pathOf(path)
  const { syncFileSystem: fs } = backend
  const begin = () =>
    opening.flag === "r"
      ? fs.readFile(text)
      : using(fs, text, opening, FILE_MODE, (file) => file.readToEnd("shared"))
  return inForm(performSync(backend, { method: "readFile", syscall: "open", paths: [text], begin }))
}

function* writing<F>(file: File<F>, bytes: Uint8Array, flush: boolean): Program.Program<void> {
  // `writeAll` fails if there is nothing to write.
  if (bytes.length > 0) yield* file.writeAll(bytes, "shared")
  if (flush) yield* file.sync()
}

/** @internal */
export const writeFileSync =
  <F>(backend: Backend<F>, method: "appendFile" | "writeFile", otherwise: Flag) =>
  (path: PathLike, data: unknown, options?: AnyOptions): void => {
    const { flag, flush = false, mode } = named(options)
    const encoding = encodingOf(options)
    checkFlush(flush)
    const opening = openingOf(flag, otherwise)
    const [text, bytes, bits] = [pathOf(path), bytesOf(data, encoding), modeOf(mode, FILE_MODE)]
    const { syncFileSystem: fs } = backend
    const begin = () =>
      opening.noFollow
        ? using(fs, text, opening, bits, (file) => writing(file, bytes, flush === true))
        : fs.writeFile(text, bytes, opening.flag, bits, flush === true)
    performSync(backend, { method, syscall: "open", paths: [text], begin })
  }
