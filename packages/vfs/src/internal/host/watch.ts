/** Converts the paths of changes that the file system below reports to paths in the root. */
import { root, type RootedPath } from "@procfsroot/path/RootedPath"
import type { Asking, Watched } from "../../HostFileSystem.js"
import type { Change } from "../../InodeOperations.js"
import { checkTexts } from "../arguments.js"
import { fail } from "../errno.js"
import { pathUses } from "../pathUse.js"
import { split, withoutSlashes } from "../path.js"
import { child, type Places } from "./places.js"

/** @internal */
export function* watch(places: Places, path: string): Asking<Watched> {
  checkTexts([path])
  // The file system below would also watch mounts inside the directory.
  if (places.policies.follow.mounts === "forbid") fail("EXDEV")
  const place = yield* places.find(path, pathUses.watch[0])
  const { type } = yield* places.stat(place)
  const isDirectory = type === "Directory"
  return {
    hostPath: places.at(place),
    change: function*({ name, type }) {
      if (name.startsWith("/")) return inRoot(places, name, type)
      // A change of a file that is watched through a link is reported with the link's name.
      return isDirectory
        ? yield* changed(places, child(place, name), name, type)
        : yield* changed(places, place, split(path).name, type)
    }
  }
}

function* changed(places: Places, place: RootedPath, name: string, type: Change["type"]): Asking<Change> {
  if (type === "Update") return { type, name }
  // Looked up here, because Node's layer looks in the working directory to decide whether a name is new or was removed.
  const { _tag } = yield* places.lookup(place)
  return { type: _tag === "Missing" ? "Remove" : "Create", name }
}

/** Returns `undefined` for a path outside the root. */
const inRoot = (places: Places, hostPath: string, type: Change["type"]): Change | undefined => {
  const prefix = `${withoutSlashes(places.at(root))}/`
  return hostPath.startsWith(prefix) ? { type, name: child(root, hostPath.slice(prefix.length)) } : undefined
}
