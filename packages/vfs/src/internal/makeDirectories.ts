/** Creates directories, with missing parents if requested, and temporary directories and files. */
import type { Program } from "../Program.js"
import { checkMode, checkTexts } from "./arguments.js"
import { closing } from "./content.js"
import { expecting, fail, isErrno, quietly } from "./errno.js"
import { RANDOM_NAMES } from "./limits.js"
import { isDirectory } from "./mode.js"
import { rmdir, unlink } from "./names.js"
import { openPath } from "./open.js"
import { flagsOf } from "./openFlags.js"
import { atOnce, type Context } from "./operation.js"
import { split } from "./path.js"
import { type PathResolver, throwFailed } from "./pathResolver.js"
import { sync } from "./program.js"

/** @internal */
export const mkdir = <H, F>(context: Context<H, F>, path: string, mode: number): void =>
  atOnce(context, "mkdir", [path], (resolver) => {
    checkMode(mode)
    resolver.operations.mkdir(resolver.place(path, "EEXIST"), mode)
  })

/**
 * Creates every missing directory of the path, from the first to the last, and returns the path of the first. It
 * creates nothing for the target of a dangling link.
 *
 * @internal
 */
export const makeMissing = <H, F>(resolver: PathResolver<H, F>, path: string, mode: number): string | undefined => {
  const { operations } = resolver
  let first: string | undefined
  const outcome = resolver.making(path, (place, upTo) => {
    // Another process can have created it in the meantime. The walk looks it up again like any other name.
    if (!isErrno(expecting(["EEXIST"], () => operations.mkdir(place, mode)))) first ??= upTo
  })
  if (outcome._tag === "Resolved") {
    if (!isDirectory(operations.getattr(outcome.place.handle))) fail("EEXIST")
    return first
  }
  // Only the target of a link is still missing. If more names follow that link, Node reports that the link is not a
  // directory.
  const { reason, remaining } = outcome
  const isBeforePath = remaining.length > path.length
  if (reason._tag !== "Missing" || isBeforePath || split(remaining).before === "") throwFailed(path, outcome)
  return fail("ENOTDIR")
}

/** @internal */
export const makeDirectories = <H, F>(context: Context<H, F>, path: string, mode: number): string | undefined =>
  atOnce(context, "mkdir", [path], (resolver) => {
    checkMode(mode)
    return makeMissing(resolver, path, mode)
  })

const TEMPORARY_MODE = 0o700

/**
 * Creates a directory like `mkdtemp(3)`: with six characters after the prefix, and accessible only to the user.
 *
 * @internal
 */
export const makeTemporary = <H, F>(context: Context<H, F>, prefix: string): string =>
  atOnce(context, "mkdtemp", [`${prefix}XXXXXX`], (resolver) => {
    for (let attempt = 1;; attempt++) {
      const path = prefix + context.directoryName()
      const failure = expecting(
        attempt === RANDOM_NAMES ? [] : ["EEXIST"],
        () => resolver.operations.mkdir(resolver.place(path, "EEXIST"), TEMPORARY_MODE)
      )
      if (!isErrno(failure)) return path
    }
  })

const DEFAULT_FILE_MODE = 0o666

/** Ignores failures: the earlier failure is the one to report, and the file may not have been created. */
function* removeTemporary<H, F>(context: Context<H, F>, directory: string, file: string): Program<void> {
  yield* quietly(sync(() => unlink(context, file)))
  yield* quietly(sync(() => rmdir(context, directory)))
}

/**
 * Creates a file in a new temporary directory. If that fails, nothing is left.
 *
 * @internal
 */
export function* makeTemporaryFile<H, F>(context: Context<H, F>, prefix: string, suffix: string): Program<string> {
  checkTexts([suffix])
  const directory = makeTemporary(context, prefix)
  const path = `${directory}/${context.fileName()}${suffix}`
  const { files } = context.operations
  const create = (resolver: PathResolver<H, F>) => openPath(resolver, path, flagsOf("wx+"), DEFAULT_FILE_MODE)
  try {
    yield* closing(files, atOnce(context, "open", [path], create), true, sync(() => {}))
  } catch (thrown) {
    yield* removeTemporary(context, directory, path)
    throw thrown
  }
  return path
}
