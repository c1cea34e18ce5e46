/** Temporary files and directories, in the root. */
import type { Asking, Temporary } from "../../HostFileSystem.js"
import { checkTexts } from "../arguments.js"
import { named } from "../errno.js"
import { split } from "../path.js"
import { child, parentOf, type Places } from "./places.js"

/** Stands for the characters that the file system below adds to the prefix, while the directory is resolved. */
const PLACEHOLDER = "XXXXXX"

/** @internal */
export function* makeTempDirectory(places: Places, prefix: string): Asking<Temporary> {
  checkTexts([prefix])
  const { place } = yield* places.named(prefix + PLACEHOLDER, "EEXIST")
  const parent = parentOf(place)
  const { before, name } = split(prefix + PLACEHOLDER)
  const made = split(
    yield* places.host.makeTempDirectory(places.at(parent), name.slice(0, -PLACEHOLDER.length))
  )
  return { path: before + made.name, directory: `.${child(parent, made.name)}` }
}

/** @internal */
export function* makeTempFile(places: Places, prefix: string, suffix: string): Asking<Temporary> {
  checkTexts([prefix, suffix])
  const { directory, path } = yield* makeTempDirectory(places, prefix)
  // The directory is the caller's alone, so the name may be easy to guess.
  const name = (yield* places.host.fileName) + suffix
  try {
    const file = yield* places.find(`${directory}/${name}`, "create")
    yield* places.host.createFile(places.at(file))
  } catch (thrown) {
    throw named(thrown, "open", [`${path}/${name}`])
  }
  return { path: `${path}/${name}`, directory }
}
