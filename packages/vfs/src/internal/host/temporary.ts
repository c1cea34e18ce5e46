/** Creates temporary files and directories in the root. */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Asking, Temporary } from "../../HostFileSystem.js"
import { checkTexts } from "../arguments.js"
import { failIn, named } from "../errno.js"
import { RANDOM_NAMES } from "../limits.js"
import { isNoName, split } from "../path.js"
import { attempt, Failure, failureIn } from "./ask.js"
import { remove } from "./names.js"
import { child, parentOf, Places } from "./places.js"

/** Used instead of the characters that the file system below adds to the prefix, to resolve the directory. */
const PLACEHOLDER = "XXXXXX"

/** Relative, since the policy can refuse absolute paths. */
const textOf = (place: RootedPath): string => `.${place}`

/** The mode of a temporary directory, as from `mkdtemp(3)`. */
const PRIVATE = 0o700

/** A component that is not a name. */
const dots = /(?:^|\/)\.{1,2}(?:\/|$)/

/**
 * Makes a directory whose name begins with a prefix, and returns its name. Most file systems below join the prefix to
 * the path of the directory, and then remove `..` from the text. With a prefix of only dots, or in a root whose own path
 * has a `..` after a link, they would make the directory elsewhere. There it is made here.
 */
function* makeNamed(places: Places, directory: RootedPath, prefix: string): Asking<string> {
  const at = places.at(directory)
  if (dots.test(`${at}/${prefix}`)) return yield* makeHere(places, directory, prefix)
  const { name } = split(yield* places.host.makeTempDirectory(at, prefix))
  // A scope would remove the directory itself when it ends.
  return isNoName(name) ? failIn("mkdtemp", [`${directory}/${prefix}`], "EIO") : name
}

function* makeHere(places: Places, directory: RootedPath, prefix: string): Asking<string> {
  for (let tries = 1;; tries++) {
    const name = prefix + (yield* places.host.fileName)
    const made = yield* attempt(places.host.makeDirectory(places.at(child(directory, name)), PRIVATE))
    if (!(made instanceof Failure)) return name
    // Programs with the same seed get the same names.
    if (made.code === "EEXIST" && tries < RANDOM_NAMES) continue
    throw failureIn(made, "mkdtemp", `${directory}/${prefix}`)
  }
}

function* makeIn(places: Places, prefix: string): Asking<{ readonly path: string; readonly place: RootedPath }> {
  checkTexts([prefix])
  const { place } = yield* places.named(prefix + PLACEHOLDER)
  const parent = parentOf(place)
  const { before, name } = split(prefix + PLACEHOLDER)
  const made = yield* makeNamed(places, parent, name.slice(0, -PLACEHOLDER.length))
  return { path: before + made, place: child(parent, made) }
}

/** For what was just made here, by its path from the root. It is not a mount, even if the file system cannot tell. */
const atRoot = ({ host, policy, root }: Places): Places =>
  new Places(root, host, { ...policy, from: undefined, mounts: undefined })

/** @internal */
export function* makeTempDirectory(places: Places, prefix: string): Asking<Temporary> {
  const { path, place } = yield* makeIn(places, prefix)
  return { path, remove: (options) => remove(atRoot(places), textOf(place), options) }
}

/** @internal */
export function* makeTempFile(places: Places, prefix: string, suffix: string): Asking<Temporary> {
  checkTexts([prefix, suffix])
  const { path, place } = yield* makeIn(places, prefix)
  const top = atRoot(places)
  // Only the user has access to the directory, so the name can be easy to guess.
  const name = (yield* places.host.fileName) + suffix
  try {
    const file = yield* top.find(`${textOf(place)}/${name}`, "create")
    yield* places.host.createFile(places.at(file))
  } catch (thrown) {
    // The earlier failure is the one to report.
    yield* attempt(places.host.remove(places.at(place), { recursive: true }))
    throw named(thrown, "open", [`${path}/${name}`])
  }
  return { path: `${path}/${name}`, remove: (options) => remove(top, textOf(place), options) }
}
