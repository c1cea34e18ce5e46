/** The operations that `fs.promises` does not have, with promises. */
import { syscalls } from "@procfsroot/vfs/Method"
import * as Errno from "@procfsroot/vfs/Errno"
import { inOwnContext } from "@procfsroot/vfs/EventLoop"
import type { File } from "@procfsroot/vfs/FileSystem"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import * as Program from "@procfsroot/vfs/Program"
import type { AtomicFile, DescriptorFlag, EntryReader } from "@procfsroot/vfs/RootDirectory"
import type { Descriptor, Entries as Model, RootDirectory } from "../../RootDirectory.js"
import { checkSignal, FILE_MODE } from "./arguments.js"
import { asyncDispose } from "./disposal.js"
import { FileHandle, piecesOf } from "./fileHandle.js"
import type { Method } from "./methods.js"
import { type Backend, promised, run, runCall, runPart, settling } from "./perform.js"
import { directoryNames } from "./rootDirectoryNames.js"
import { bytesOf } from "./texts.js"
import { dueTurn } from "./turns.js"

/** Yields the parts of a reader. Closes the reader, however the iteration ends. */
async function* partsOf<F, A>(
  backend: Backend<F>,
  method: Method,
  path: string,
  open: () => Program.Now<EntryReader<A>>,
  signal: AbortSignal | undefined
): AsyncGenerator<ReadonlyArray<A>, void> {
  checkSignal(signal)
  let reader: EntryReader<A> | undefined
  try {
    const { next } = await settling(
      backend,
      () => Program.map(runCall(backend, method, "scandir", [path], open), (opened) => reader = opened),
      signal
    )
    for (;;) {
      // Like a file, an open reader still works after its root is closed.
      const entries = await runPart("scandir", next, signal)
      if (entries.length === 0) return
      yield entries
    }
  } finally {
    if (reader !== undefined) await runPart("scandir", reader.close)
  }
}

/** How many entries are returned before the time is looked at, which takes as long as to return several of them. */
const BETWEEN_TURNS = 16

/**
 * Iterates over the entries one by one. An async generator would take longer for the entries than the
 * system calls take.
 */
class Entries<A> implements AsyncIterableIterator<A>, Model<A> {
  readonly #parts: AsyncGenerator<ReadonlyArray<A>, void>
  readonly #signal: AbortSignal | undefined
  #entries: ReadonlyArray<A> = []
  #next = 0
  #turn: Promise<void> | undefined

  constructor(parts: AsyncGenerator<ReadonlyArray<A>, void>, signal: AbortSignal | undefined) {
    this.#parts = parts
    this.#signal = signal
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  parts(): AsyncIterable<ReadonlyArray<A>> {
    return this.#parts
  }

  /** Not `async`, because that would double the time. */
  next(): Promise<IteratorResult<A, void>> {
    if (this.#next === this.#entries.length || this.#signal?.aborted === true) {
      return this.#turn === undefined ? this.#read() : this.#turn.then(() => this.#read())
    }
    const result = { done: false, value: this.#take() } as const
    // A part may be a whole directory, and the caller may work on each entry. Calls that do not wait for each other get
    // their entries in order, as from a generator.
    this.#turn ??= this.#next % BETWEEN_TURNS === 0 ? dueTurn() : undefined
    return this.#turn === undefined ? Promise.resolve(result) : this.#turn.then(() => {
      this.#turn = undefined
      return result
    })
  }

  #take(): A {
    return this.#entries[this.#next++] as A // the index is within the array
  }

  async #read(): Promise<IteratorResult<A, void>> {
    while (this.#next === this.#entries.length) {
      const part = await this.#parts.next()
      // Other calls may have got a part meanwhile, and left some of its entries.
      const rest = this.#entries.slice(this.#next)
      if (part.done === true) {
        if (rest.length === 0) return part
        break
      }
      this.#entries = rest.length === 0 ? part.value : [...rest, ...part.value]
      this.#next = 0
    }
    if (this.#signal?.aborted === true) {
      await this.return()
      throw this.#signal.reason
    }
    return { done: false, value: this.#take() }
  }

  async return(): Promise<IteratorResult<A, void>> {
    this.#entries = []
    this.#next = 0
    await this.#parts.return()
    return { done: true, value: undefined }
  }
}

const entriesOf = <F, A>(
  backend: Backend<F>,
  method: Method,
  path: string,
  open: () => Program.Now<EntryReader<A>>,
  signal: AbortSignal | undefined
): Model<A> => new Entries(partsOf(backend, method, path, open, signal), signal)

/**
 * The pieces, until the signal is aborted. This does not wait for a source that does not respond. When it responds
 * later, it is closed.
 */
const untilAborted = <A>(pieces: Iterable<A> | AsyncIterable<A>, signal: AbortSignal): AsyncIterable<A> => {
  const source = async function*() {
    yield* pieces
  }()
  const close = () => source.return(undefined)
  const next = () =>
    Program.call<IteratorResult<A, unknown>>((done) => {
      source.next().then((value) => done({ value }), (error: unknown) => done({ error }))
      return () => void close().catch(() => {}) // the promise has rejected already
    })
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => Program.runPromise(next()[Symbol.iterator](), signal),
      return: close
    })
  }
}

/** Writes the pieces, and then replaces the file by them. */
const replaceBy = async (
  { commit, write }: AtomicFile,
  pieces: Iterable<unknown> | AsyncIterable<unknown>,
  signal: AbortSignal | undefined
): Promise<void> => {
  for await (const piece of signal === undefined ? pieces : untilAborted(pieces, signal)) {
    const bytes = bytesOf(piece, undefined)
    await runPart("write", () => Program.atOnce(() => write(bytes)), signal)
  }
  await runPart("rename", () => Program.atOnce(commit), signal)
}

/** Has only the members of a `Descriptor`: nothing is read or written through it here. */
const descriptorOf = <F>(file: FileHandle<F>): Descriptor => {
  const close = () => file.close()
  return {
    get fd() {
      return file.fd
    },
    close,
    [asyncDispose]: close
  }
}

/** @internal */
export const rootDirectoryOf = <F>(backend: Backend<F>): RootDirectory => {
  const { fileSystem: fs } = backend
  const { rootDirectory: directory } = fs
  const names = directoryNames(backend, fs)

  const openDescriptor = (path: string, { flag = "r" }: { readonly flag?: DescriptorFlag | undefined } = {}) => {
    const open = () => Program.map(fs.open(path, OpenFlags.fromFlag(flag), FILE_MODE), described)
    return runCall(backend, "openDescriptor", syscalls.openDescriptor, [path], open)
  }

  const described = (file: File<F>): Descriptor => {
    const handle = new FileHandle(backend, file)
    if (handle.fd >= 0) return descriptorOf(handle)
    // A file in an archive has no descriptor. Nobody has to wait until it is closed.
    void handle.close()
    throw Errno.make("ENOTSUP")
  }

  return {
    getExtendedAttribute: promised(backend, names.getExtendedAttribute),
    lchown: promised(backend, names.lchown),
    listExtendedAttributes: promised(backend, names.listExtendedAttributes),
    lstat: promised(backend, names.lstat),
    lutimes: promised(backend, names.lutimes),
    makeNode: promised(backend, names.makeNode),
    openDescriptor: promised(backend, openDescriptor),
    readDirectoryEntries: (path, { recursive, signal } = {}) =>
      run(backend, "readDirectoryEntries", "scandir", [path], () => fs.readDirectoryEntries(path, recursive), signal),
    readFileBounded: (path, { maxBytes, signal }) =>
      run(backend, "readFileBounded", "open", [path], () => directory.readFileBounded(path, maxBytes), signal),
    removeExtendedAttribute: promised(backend, names.removeExtendedAttribute),
    rename: promised(backend, names.rename),
    setExtendedAttribute: promised(backend, names.setExtendedAttribute),
    stat: promised(backend, names.stat),
    statfs: promised(backend, names.statfs),
    streamDirectoryEntries: (path, { signal } = {}) =>
      entriesOf(backend, "streamDirectoryEntries", path, () => directory.readEntries(path), signal),
    walkTree: (path, { enter, maxRemembered, signal } = {}) => {
      const options = { enter: enter && inOwnContext(enter), maxRemembered }
      return entriesOf(backend, "walkTree", path, () => directory.walkTree(path, options), signal)
    },
    writeFileAtomic: async (path, data, { exclusive, keepMode, mode, signal } = {}) => {
      const options = { exclusive, keepMode, mode }
      const pieces = piecesOf(data)
      const begun = <A>(begin: () => Program.Program<A>) =>
        run(backend, "writeFileAtomic", "open", [path], begin, signal)
      if (pieces === undefined) {
        const bytes = bytesOf(data, undefined)
        return await begun(() => directory.writeFileAtomic(path, bytes, options))
      }
      let file: AtomicFile | undefined
      const open = function*(): Program.Program<AtomicFile> {
        // At once: after a delay in memory, opening can still be aborted.
        return file = yield* directory.openAtomic(path, options)
      }
      try {
        await replaceBy(await begun(open), pieces, signal)
      } finally {
        const { abandon } = file ?? {}
        if (abandon !== undefined) await runPart("unlink", () => Program.atOnce(abandon))
      }
    }
  }
}
