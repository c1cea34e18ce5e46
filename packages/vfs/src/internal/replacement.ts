/** A temporary file that replaces another one: others see either the old content or the new content. */
import type { Writer } from "../FileSystem.js"
import type { InodeOperations, OpenFlags, ParentAndName } from "../InodeOperations.js"
import type { Now, Program } from "../Program.js"
import { closing, syncFile, writeRest } from "./content.js"
import { calling, expecting, fail, isErrno, namedIn, quietly } from "./errno.js"
import { keepPermissions, type Kept } from "./keptPermissions.js"
import { OWNER } from "./mode.js"
import { flagsOf } from "./openFlags.js"
import type { Context } from "./operation.js"
import { isCall, sync, turn, waitFor } from "./program.js"

const NEW: OpenFlags = flagsOf("wx")

/** The errors if a file may not be removed, for example in a sticky directory, or in one with `chattr +a`. */
const FORBIDDEN = ["EACCES", "EPERM"]

/** In addition, the errors if another process was faster, or it is not a file. */
const KEPT = ["ENOENT", "EISDIR", ...FORBIDDEN]

/** The temporary files of each writer that it was not permitted to remove. */
const left = new WeakMap<Writer, Set<string>>()

/** A directory with fewer names is searched before each write, which takes longer than the search. */
const LARGE = 256

/**
 * How long a larger directory is not searched again, in milliseconds for each name: a hundred times as long as the
 * search takes (about 3 µs for a name).
 */
const REST = 0.3

/** How many directories are remembered. */
const MOST = 1_000

/** When a large directory was searched, and for how long that is enough. In milliseconds. */
interface Swept {
  readonly at: number
  readonly rest: number
}

/** The large directories in which each writer has looked for abandoned files. */
const swept = new WeakMap<Writer, Map<unknown, Swept>>()

/** If the clock was set back, no directory is at rest. */
const isAtRest = (writer: Writer, identity: unknown, now: number): boolean => {
  const last = swept.get(writer)?.get(identity)
  return last !== undefined && now >= last.at && now < last.at + last.rest && !(left.get(writer)?.size)
}

const remember = (writer: Writer, identity: unknown, last: Swept): void => {
  const known = swept.get(writer) ?? new Map<unknown, Swept>()
  if (known.size === MOST) known.clear()
  swept.set(writer, known.set(identity, last))
}

/**
 * Removes the temporary files of processes that were killed while they wrote in this directory. Fails if a file of this
 * writer still cannot be removed: the next one could not be renamed either, and would be left behind too.
 *
 * @internal
 */
export function* sweep<H, F>({ now, operations, writer }: Context<H, F>, directory: H): Program<void> {
  const identity = operations.identity(directory)
  if (isAtRest(writer, identity, now())) return
  const names = yield* waitFor(operations.readdir(directory))
  for (const name of names) {
    yield turn
    const place = { directory, name, slash: false }
    const age = (): number => now() - (operations.peek(place)?.mtimeMs ?? now())
    if (!writer.isAbandoned(name, age)) continue
    const failure = expecting(KEPT, () => calling("unlink", [], () => operations.unlink(place)))
    if (isCall(failure)) yield* failure
    const own = left.get(writer)
    if (isErrno(failure) && FORBIDDEN.includes(failure.code) && own?.has(name) === true) throw failure
    own?.delete(name)
  }
  if (names.length >= LARGE) remember(writer, identity, { at: now(), rest: REST * names.length })
}

/** Ignores failures: the earlier failure is the one to report, and the next call removes what is left. */
const removeQuietly = <H, F>(
  operations: InodeOperations<H, F>,
  writer: Writer,
  temporary: ParentAndName<H>
): Now<void> => {
  try {
    return operations.unlink(temporary)
  } catch (thrown) {
    if (!isErrno(thrown) || !FORBIDDEN.includes(thrown.code)) return
    left.set(writer, (left.get(writer) ?? new Set()).add(temporary.name))
  }
}

/**
 * Creates the temporary file. After a failure it can be there nevertheless, for example if Landlock refuses to open it.
 */
const create = <H, F>(
  operations: InodeOperations<H, F>,
  writer: Writer,
  temporary: ParentAndName<H>,
  mode: number
): F => {
  try {
    return operations.create(temporary, NEW, mode)
  } catch (thrown) {
    // It is empty, so removing it does not wait.
    if (!isErrno(thrown) || thrown.code !== "EEXIST") void removeQuietly(operations, writer, temporary)
    writer.end(temporary.name)
    throw thrown
  }
}

/** How a file is created. */
interface Creation<H> {
  readonly place: ParentAndName<H>
  /** Whether it must not replace another one. */
  readonly exclusive: boolean
  readonly mode: number
  readonly kept: Kept | undefined
}

/**
 * The new content of a file, in a temporary file next to it. The caller has to commit or abandon it.
 *
 * @internal
 */
export class Replacement<H, F> {
  readonly #operations: InodeOperations<H, F>
  readonly #writer: Writer
  readonly #target: ParentAndName<H>
  readonly #temporary: ParentAndName<H>
  readonly #exclusive: boolean
  /** The permissions that the file gets at the end, if they are those of the old file. */
  readonly #kept: Kept | undefined
  #file: F | undefined

  /** Until it gets the permissions of the old file, only the owner can open it. */
  constructor(
    operations: InodeOperations<H, F>,
    writer: Writer,
    { exclusive, kept, mode, place }: Creation<H>
  ) {
    this.#operations = operations
    this.#writer = writer
    this.#target = place
    this.#exclusive = exclusive
    this.#temporary = { directory: place.directory, name: writer.begin(), slash: false }
    this.#kept = kept
    this.#file = create(operations, writer, this.#temporary, kept === undefined ? mode : kept.attributes.mode & OWNER)
  }

  get #opened(): F {
    return this.#file ?? fail("EBADF")
  }

  /** `size` is the length that the data had when the caller passed it. */
  *write(data: Uint8Array, size: number): Program<void> {
    yield* namedIn("write", [], writeRest(this.#operations.files, this.#opened, data, undefined, size))
  }

  /** Syncs the file, renames it, and syncs the directory. Returns whether the file was still there. */
  *commit(path: string): Program<boolean> {
    const file = this.#opened
    this.#file = undefined
    let isThere = true
    const mode = this.#exclusive ? "noreplace" : "replace"
    try {
      yield* closing(this.#operations.files, file, true, this.#finish(file))
      // Not after the rename: without a descriptor for it, the old content has to stay.
      const directory = calling("open", [path], () => this.#operations.openForSync(this.#target.directory))
      try {
        const rename = () => this.#operations.rename(this.#temporary, this.#target, mode)
        const failure = expecting(["ENOENT"], () => calling("rename", [path], rename))
        // Something else than the file itself can be missing.
        if (isErrno(failure)) return false
        isThere = false
        if (isCall(failure)) yield* failure
        // Afterwards, the new name survives a crash.
        yield* namedIn("fsync", [], sync(() => directory.sync()))
        return true
      } finally {
        directory.close()
      }
    } finally {
      yield* this.#end(isThere)
    }
  }

  *#finish(file: F): Program<void> {
    const { files } = this.#operations
    // After the last write, since the kernel clears the set-id bits when a user other than root writes.
    if (this.#kept !== undefined) keepPermissions(files, file, this.#kept)
    yield* syncFile(files, file)
  }

  /** Removes the file, unless it was committed. */
  *abandon(): Program<void> {
    const file = this.#file
    if (file === undefined) return
    this.#file = undefined
    try {
      // Nobody needs what was written.
      yield* quietly(sync(() => this.#operations.files.close(file, true)))
    } finally {
      yield* this.#end(true)
    }
  }

  *#end(isThere: boolean): Program<void> {
    try {
      if (isThere) yield* waitFor(removeQuietly(this.#operations, this.#writer, this.#temporary))
    } finally {
      this.#writer.end(this.#temporary.name)
    }
  }
}
