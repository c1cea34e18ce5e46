/** Replaces a file in one step: others see either the old content or the new content, even after a crash. */
import type { Attributes } from "../Attributes.js"
import type { FileOperations, InodeOperations, OpenFlags, ParentAndName } from "../InodeOperations.js"
import type { Program } from "../Program.js"
import type { AtomicOptions } from "../RootDirectory.js"
import { checkMode } from "./arguments.js"
import { closing, writeRest } from "./content.js"
import { checkRegular } from "./copyRules.js"
import { calling, expecting, fail, isErrno } from "./errno.js"
import { PERMISSIONS, SET_ID, typeOf } from "./mode.js"
import { flagsOf } from "./openFlags.js"
import { type Context, during } from "./operation.js"
import type { PathResolver } from "./pathResolver.js"
import { turn, waitFor } from "./program.js"

const NEW: OpenFlags = flagsOf("wx")

const DEFAULT_MODE = 0o666

/** How many times another process can remove the temporary file before the operation gives up. */
const ATTEMPTS = 8

/**
 * The errors if a file cannot be removed because another process was faster, it is not a file, or it belongs to another
 * user in a sticky directory.
 */
const KEPT = ["ENOENT", "EISDIR", "EACCES", "EPERM"]

/** Removes the temporary files of processes that were killed while they wrote in this directory. */
function* sweep<H, F>(context: Context<H, F>, { operations }: PathResolver<H, F>, directory: H): Program<void> {
  const { now, writer } = context
  for (const name of yield* waitFor(operations.readdir(directory))) {
    yield turn
    const place = { directory, name, slash: false }
    const age = (): number => now() - (operations.peek(place)?.mtimeMs ?? now())
    if (writer.isAbandoned(name, age)) expecting(KEPT, () => operations.unlink(place))
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
 * Writes the temporary file and renames it. Returns whether it was still there. The file is created with the
 * permissions of `old`, if that is passed: with more, others could open it before they are set.
 */
function* replace<H, F>(
  context: Context<H, F>,
  { operations }: PathResolver<H, F>,
  target: ParentAndName<H>,
  data: Uint8Array,
  mode: number,
  old: Attributes | undefined
): Program<boolean> {
  const { files } = operations
  const name = context.writer.begin()
  const temporary = { directory: target.directory, name, slash: false }
  const permissions = old === undefined ? mode : old.mode & PERMISSIONS & ~SET_ID
  let isThere = false
  try {
    const file = operations.create(temporary, NEW, permissions)
    isThere = true
    yield* closing(
      files,
      file,
      true,
      (function*(): Program<void> {
        if (old !== undefined) files.chmod(file, permissions)
        yield* writeRest(files, file, data)
        // Afterwards, since the kernel clears these bits when a user other than root writes.
        if (old !== undefined) keepSetId(files, file, old)
        yield* waitFor(calling("fsync", [], () => files.sync(file)))
      })()
    )
    const failure = expecting(
      ["ENOENT"],
      () => calling("rename", [], () => operations.rename(temporary, target, "replace"))
    )
    isThere = false
    return !isErrno(failure)
  } finally {
    if (isThere) removeQuietly(operations, temporary)
    context.writer.end(name)
  }
}

/** Ignores failures: the earlier failure is the one to report, and the next call removes what is left. */
const removeQuietly = <H, F>(operations: InodeOperations<H, F>, temporary: ParentAndName<H>): void => {
  try {
    operations.unlink(temporary)
  } catch {
    // Ignored, see above.
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
    for (let attempt = 1; !(yield* replace(context, resolver, place, data, mode, like)); attempt++) {
      if (attempt === ATTEMPTS) fail("ENOENT")
    }
    yield* waitFor(calling("fsync", [], () => operations.syncDirectory(place.directory)))
  })
