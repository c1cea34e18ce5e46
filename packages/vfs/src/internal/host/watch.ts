/** Converts the paths of changes that the file system below reports to paths in the root. */
import { root, type RootedPath } from "@procfsroot/path/RootedPath"
import type { Asking, Watched } from "../../HostFileSystem.js"
import type { Change } from "../../Watch.js"
import { checkTexts } from "../arguments.js"
import { fail } from "../errno.js"
import { pathUses } from "../pathUse.js"
import { below, split } from "../path.js"
import { UNREACHABLE } from "../pathPolicy.js"
import { codeOf } from "./ask.js"
import { atTop, child, type Places } from "./places.js"

/**
 * Node removes `..` from the path of a recursive watch as text, so in a root whose own path has a `..` after a link, it
 * would watch another directory.
 */
const checkRecursive = (hostPath: string): void => {
  if (hostPath.split("/").includes("..")) fail("ENOTSUP")
}

/** @internal */
export function* watch(places: Places, path: string, recursive: boolean): Asking<Watched> {
  checkTexts([path])
  // The file system below would also watch mounts inside the directory.
  if (places.policies.follow.mounts === "forbid") fail("EXDEV")
  const place = yield* places.find(path, pathUses.watch[0])
  const top = atTop(places)
  if (recursive) checkRecursive(places.at(place))
  const { type } = yield* places.stat(place)
  const isDirectory = type === "Directory"
  return {
    hostPath: places.at(place),
    change: function*({ name, type }) {
      if (name.startsWith("/")) return inRoot(places, name, type)
      // A change of a file that is watched through a link is reported with the link's name.
      return isDirectory
        ? yield* changed(top, child(place, name), name, type)
        : yield* changed(top, place, split(path).name, type)
    }
  }
}

function* changed(places: Places, place: RootedPath, name: string, type: Change["type"]): Asking<Change> {
  if (type === "Update") return { type, name }
  // Looked up here, because Node's layer looks in the working directory to decide whether a name is new or was removed.
  return { type: (yield* exists(places, place)) ? "Create" : "Remove", name }
}

/** Resolves the whole path: a recursive watch reports names in directories that can be anything by now. */
function* exists(places: Places, place: RootedPath): Asking<boolean> {
  try {
    yield* places.find(`.${place}`, "keep")
    return true
  } catch (thrown) {
    if (UNREACHABLE.includes(codeOf(thrown) ?? "")) return false
    throw thrown
  }
}

/** Returns `undefined` for a path outside the root. */
const inRoot = (places: Places, hostPath: string, type: Change["type"]): Change | undefined => {
  const prefix = below(places.at(root), "")
  return hostPath.startsWith(prefix) ? { type, name: child(root, hostPath.slice(prefix.length)) } : undefined
}
