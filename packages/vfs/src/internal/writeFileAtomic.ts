/** Replaces a file in one step: others see either the old content or the new content, even after a crash. */
import type { Attributes } from "../Attributes.js"
import type { Writer } from "../FileSystem.js"
import type { FileOperations, InodeOperations, OpenFlags, ParentAndName } from "../InodeOperations.js"
import type { Program } from "../Program.js"
import type { AtomicOptions } from "../RootDirectory.js"
import { checkMode } from "./arguments.js"
import { closing, syncFile, writeRest } from "./content.js"
import { checkRegular } from "./copyRules.js"
import { calling, expecting, fail, isErrno, namedIn } from "./errno.js"
import { PERMISSIONS, SET_ID, typeOf } from "./mode.js"
import { flagsOf } from "./openFlags.js"
import { type Context, during } from "./operation.js"
import type { PathResolver } from "./pathResolver.js"
import { sync, turn, waitFor } from "./program.js"

const NEW: OpenFlags = flagsOf("wx")

const DEFAULT_MODE = 0o666

/** How many times another process can remove the temporary file before the operation gives up. */
const ATTEMPTS = 8

/** The errors if a file may not be removed, for example in a sticky directory, or in one with `chattr +a`. */
const FORBIDDEN = ["EACCES", "EPERM"]

/** In addition, the errors if another process was faster, or it is not a file. */
const KEPT = ["ENOENT", "EISDIR", ...FORBIDDEN]

/** The temporary files of each writer that it was not permitted to remove. */
const left = new WeakMap<Writer, Set<string>>()

/**
 * Removes the temporary files of processes that were killed while they wrote in this directory. Fails if a file of this
 * writer still cannot be removed: the next one could not be renamed either, and would be left behind too.
 */
function* sweep<H, F>(context: Context<H, F>, { operations }: PathResolver<H, F>, directory: H): Program<void> {
  const { now, writer } = context
  for (const name of yield* waitFor(operations.readdir(directory))) {
    yield turn
    const place = { directory, name, slash: false }
    const age = (): number => now() - (operations.peek(place)?.mtimeMs ?? now())
    if (!writer.isAbandoned(name, age)) continue
    const failure = expecting(KEPT, () => calling("unlink", [], () => operations.unlink(place)))
    const own = left.get(writer)
    if (isErrno(failure) && FORBIDDEN.includes(failure.code) && own?.has(name) === true) throw failure
    own?.delete(name)
  }
}

/**
 * Gives the new file the set-id bits of the old one, but not if it has another owner or group: somebody could otherwise
 * make the caller create a program that runs as the caller. `chown(2)` clears the bits for this reason.
 */
const keepSetId = <F>({ chmod, getattr }: FileOperations<F>, file: F, old: Attributes): void => {
  if ((old.mode & SET_ID) === 0) return
  const { gid, uid } = getattr(file)
  if (old.uid === uid && old.gid === gid) chmod(file, old.mode & PERMISSIONS)
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
    if (!isErrno(thrown) || thrown.code !== "EEXIST") removeQuietly(operations, writer, temporary)
    throw thrown
  }
}

/**
 * Writes the temporary file and renames it. Returns whether it was still there. The file is created with the
 * permissions of `old`, if that is passed: with more, others could open it before they are set.
 */
function* replace<H, F>(
  { writer }: Context<H, F>,
  { operations }: PathResolver<H, F>,
  path: string,
  target: ParentAndName<H>,
  data: Uint8Array,
  mode: number,
  old: Attributes | undefined
): Program<boolean> {
  const { files } = operations
  const name = writer.begin()
  const temporary = { directory: target.directory, name, slash: false }
  const permissions = old === undefined ? mode : old.mode & PERMISSIONS & ~SET_ID
  let isThere = false
  try {
    const file = create(operations, writer, temporary, permissions)
    isThere = true
    yield* closing(
      files,
      file,
      true,
      (function*(): Program<void> {
        if (old !== undefined) calling("fchmod", [], () => files.chmod(file, permissions))
        yield* namedIn("write", [], writeRest(files, file, data))
        // Afterwards, since the kernel clears these bits when a user other than root writes.
        if (old !== undefined) calling("fchmod", [], () => keepSetId(files, file, old))
        yield* syncFile(files, file)
      })()
    )
    const failure = expecting(
      ["ENOENT"],
      () => calling("rename", [path], () => operations.rename(temporary, target, "replace"))
    )
    isThere = false
    return !isErrno(failure)
  } finally {
    if (isThere) removeQuietly(operations, writer, temporary)
    writer.end(name)
  }
}

/** Ignores failures: the earlier failure is the one to report, and the next call removes what is left. */
const removeQuietly = <H, F>(
  operations: InodeOperations<H, F>,
  writer: Writer,
  temporary: ParentAndName<H>
): void => {
  try {
    operations.unlink(temporary)
  } catch (thrown) {
    if (!isErrno(thrown) || !FORBIDDEN.includes(thrown.code)) return
    left.set(writer, (left.get(writer) ?? new Set()).add(temporary.name))
  }
}

/** @internal */
export const writeFileAtomic = <H, F>(
  context: Context<H, F>,
  path: string,
  data: Uint8Array,
  { keepMode = false, mode = DEFAULT_MODE }: AtomicOptions = {}
): Program<void> =>
  during(context, "open", [path], function*(resolver) {
    checkMode(mode)
    const { operations } = resolver
    const { inode, place } = resolver.replaceable(path)
    const old = inode === undefined ? undefined : operations.getattr(inode)
    if (old !== undefined) checkRegular(typeOf(old))
    yield* sweep(context, resolver, place.directory)
    const like = keepMode ? old : undefined
    for (let attempt = 1; !(yield* replace(context, resolver, path, place, data, mode, like)); attempt++) {
      if (attempt === ATTEMPTS) fail("ENOENT")
    }
    yield* namedIn("fsync", [], sync(() => operations.syncDirectory(place.directory)))
  })
