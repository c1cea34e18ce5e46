/** Creates temporary files and directories in the root. */
import type { RootedPath } from "@procfsroot/path/RootedPath"
import type { Asking, Temporary } from "../../HostFileSystem.js"
import { checkTexts } from "../arguments.js"
import { named } from "../errno.js"
import { split } from "../path.js"
import { withoutFrom } from "../pathPolicy.js"
import { remove } from "./names.js"
import { child, parentOf, Places } from "./places.js"

/** Used instead of the characters that the file system below adds to the prefix, to resolve the directory. */
const PLACEHOLDER = "XXXXXX"

/** Relative, since the policy can refuse absolute paths. */
const textOf = (place: RootedPath): string => `.${place}`

/** The mode of a temporary directory, as from `mkdtemp(3)`. */
const PRIVATE = 0o700

/**
 * Makes a directory whose name begins with a prefix, and returns its path. Most file systems below join the prefix to
 * the path of the directory, so with a prefix of only dots, they would leave it. Such a name is made here.
 */
function* makeNamed(places: Places, directory: RootedPath, prefix: string): Asking<string> {
  const { host } = places
  if (prefix !== "." && prefix !== "..") return yield* host.makeTempDirectory(places.at(directory), prefix)
  const path = places.at(child(directory, prefix + (yield* host.fileName)))
  yield* host.makeDirectory(path, PRIVATE)
  return path
}

function* makeIn(places: Places, prefix: string): Asking<{ readonly path: string; readonly place: RootedPath }> {
  checkTexts([prefix])
  const { place } = yield* places.named(prefix + PLACEHOLDER, "EEXIST")
  const parent = parentOf(place)
  const { before, name } = split(prefix + PLACEHOLDER)
  const made = split(yield* makeNamed(places, parent, name.slice(0, -PLACEHOLDER.length)))
  return { path: before + made.name, place: child(parent, made.name) }
}

const atRoot = ({ host, policies, root }: Places): Places => new Places(root, host, withoutFrom(policies))

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
    throw named(thrown, "open", [`${path}/${name}`])
  }
  return { path: `${path}/${name}`, remove: (options) => remove(top, textOf(place), options) }
}
