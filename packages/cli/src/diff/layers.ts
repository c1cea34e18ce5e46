/** Finds and opens the layers of the overlay that is the root, or reports why they cannot be found. */
import { load } from "@procfsroot/node/Native"
import { type OpenRoot, openRoot } from "@procfsroot/node/OpenRoot"
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { readFileSync, readlinkSync } from "node:fs"
import { type Place, textOf } from "../copy/place.js"
import { codeOf, inWords, Unusable } from "../failure.js"
import type { Opened } from "../where.js"
import type { Overlay } from "./merged.js"
import { type Mount, mountsIn } from "../mountinfo.js"
import { type OverlayOptions, overlayOptions, type OverlayParameters } from "./options.js"

const OWN = "/proc/self/mountinfo"

const AGAINST = "; use --against to compare it with another directory"

const because = (error: unknown): string => {
  const code = codeOf(error)
  if (code === undefined) throw error
  const needed = code === "EACCES" || code === "EPERM" ? "; this requires root, or CAP_DAC_READ_SEARCH" : ""
  return `${inWords(code)}${needed}`
}

const findMount = async (file: string, fits: (mount: Mount) => boolean): Promise<Mount | undefined> => {
  try {
    for await (const mount of mountsIn(file)) if (fits(mount)) return mount
    return undefined
  } catch (error) {
    throw new Unusable(`The mounts of the root, ${file}, cannot be read: ${because(error)}.`)
  }
}

/** The policy for a directory whose tree must not lead out of it. */
const ALONE = { readOnly: true, containment: "beneath", symlinks: "forbid", mounts: "forbid" } as const

const isSameDirectory = async (root: OpenRoot, path: string): Promise<boolean> => {
  let other: OpenRoot
  try {
    other = await openRoot(path, ALONE)
  } catch (error) {
    if (codeOf(error) === undefined) throw error
    return false // hidden by another mount, or not accessible
  }
  try {
    const [a, b] = [await root.directory.lstat("."), await other.directory.lstat(".")]
    return a.dev === b.dev && a.ino === b.ino && a.mountId === b.mountId
  } finally {
    await other.close()
  }
}

/** Finds the mount by its id, which no other mount has while the root is open. */
const mountOf = async (root: Opened): Promise<Mount> => {
  const { mountId } = await root.directory.lstat(".")
  const file = root.pid === undefined ? OWN : `/proc/${root.pid}/mountinfo`
  const mount = await findMount(file, ({ id }) => id === String(mountId))
  if (mount === undefined) {
    throw new Unusable(`The root is on a mount of another mount namespace, and its layers are unknown${AGAINST}.`)
  }
  if (mount.type !== "overlay") {
    throw new Unusable(`The root is on ${quote(mount.type)}, not on an overlay with the layers of an image${AGAINST}.`)
  }
  // A process sees its own root as "/".
  const isWhole = mount.root === "/" &&
    (root.pid === undefined ? await isSameDirectory(root, mount.point) : mount.point === "/")
  if (!isWhole) {
    throw new Unusable(`The root is a directory in a mount, and only a whole overlay has layers of an image${AGAINST}.`)
  }
  return mount
}

/** The layers that have been opened so far. */
class Layers {
  readonly roots: Array<OpenRoot> = []

  async add(path: string, what: string): Promise<OpenRoot> {
    try {
      const root = await openRoot(path, ALONE)
      this.roots.push(root)
      return root
    } catch (error) {
      throw new Unusable(`The ${what} layer of the root, ${quote(path)}, cannot be opened: ${because(error)}.`)
    }
  }

  async close(): Promise<void> {
    for (const root of this.roots.splice(0)) await root.close()
  }
}

/** Whether a parameter of overlayfs is on. A kernel that does not have it acts as if it had the value `missing`. */
const isOn = (parameter: string, missing: boolean): boolean => {
  const file = `/sys/module/overlay/parameters/${parameter}`
  try {
    return readFileSync(file, "latin1").startsWith("Y")
  } catch (error) {
    if (codeOf(error) === "ENOENT") return missing
    throw new Unusable(`The layers of the root cannot be found: ${quote(file)} cannot be opened: ${because(error)}.`)
  }
}

const parameters = (): OverlayParameters => ({
  redirectDir: isOn("redirect_dir", false),
  redirectAlwaysFollow: isOn("redirect_always_follow", true)
})

const isRelative = (path: string): boolean => !path.startsWith("/")

const exists = async (path: string): Promise<boolean> => {
  try {
    await (await openRoot(path, ALONE)).close()
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === "ENOENT" || code === "ENOTDIR") return false
    throw new Unusable(`The layers of the root cannot be found: ${quote(path)} cannot be opened: ${because(error)}.`)
  }
}

const parentsOf = (path: string): ReadonlyArray<string> => {
  const names = path.split("/").slice(1, -1)
  return names.map((_, i) => `/${names.slice(0, names.length - i).join("/")}`)
}

/**
 * Runtimes pass paths relative to one of their directories if absolute ones would be too long. This finds that
 * directory. It contains the upper layer and, with Docker and podman, the place outside the container where the overlay
 * is mounted.
 */
const baseOf = async (mount: Mount, { lowers, upper = "" }: OverlayOptions): Promise<string> => {
  const relative = [upper, ...lowers].filter(isRelative)
  if (relative.length === 0) return ""
  const inside = isRelative(upper)
    ? (await findMount(OWN, ({ device, point }) => device === mount.device && point !== "/"))?.point
    : upper
  for (const base of inside === undefined ? [] : parentsOf(inside)) {
    let isBase = true
    for (const path of relative) isBase = isBase && await exists(`${base}/${path}`)
    if (isBase) return base
  }
  throw new Unusable(
    `The layers of the root cannot be found: ${quote(relative[0] ?? "")} is relative to an unknown directory.`
  )
}

const STAMPS = ["mode", "uid", "gid", "mtimeNs", "ctimeNs"] as const

const stampOf = async (root: OpenRoot): Promise<string> => {
  const attributes = await root.directory.lstat(".")
  return STAMPS.map((key) => attributes[key]).join()
}

/** Tried several times, since somebody can change the directory while it is checked. */
const TRIES = 10

/**
 * The paths are those in the mount namespace where the overlay was mounted. Here they can lead elsewhere, but then not
 * to a directory that was changed in the same nanosecond.
 */
const checkUpper = async (root: OpenRoot, upper: OpenRoot): Promise<void> => {
  for (let i = 0; i < TRIES; i++) if (await stampOf(root) === await stampOf(upper)) return
  throw new Unusable(
    `${
      quote(upper.path)
    } is not the upper layer of the root: the overlay was mounted in a mount namespace where this ` +
      "path leads to another directory."
  )
}

/** `PROC_USER_INIT_INO` in `include/linux/proc_ns.h`: the initial user namespace. */
const FIRST_USER_NAMESPACE = "user:[4026531837]"

const CAP_SYS_ADMIN = 21n

/**
 * Why the attributes of the overlay cannot be read, if so. Without the right to read them they seem to be missing
 * (`xattr(7)`).
 */
const whyUnreadable = (userXattr: boolean): string | undefined => {
  const native = load()
  if (native.openat2 === undefined) return native.reason
  if (userXattr) return undefined
  const effective = /^CapEff:\s*([\da-f]+)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0"
  const isCapable = (BigInt(`0x${effective}`) >> CAP_SYS_ADMIN & 1n) === 1n
  return isCapable && readlinkSync("/proc/self/ns/user") === FIRST_USER_NAMESPACE
    ? undefined
    : "this requires CAP_SYS_ADMIN outside of user namespaces"
}

const marksOf = (userXattr: boolean): Overlay["markOf"] => {
  const prefix = `${userXattr ? "user" : "trusted"}.overlay.`
  const why = whyUnreadable(userXattr)
  return async (place: Place, mark) => {
    if (why !== undefined) {
      throw new Unusable(
        `The layers of the root cannot be compared, since the attributes ${prefix}* cannot be read: ${why}.`
      )
    }
    try {
      const value = await place.root.directory.getExtendedAttribute(textOf(place), prefix + mark, { noFollow: true })
      return value === undefined ? undefined : SurrogateEscape.decode(value)
    } catch (error) {
      if (codeOf(error) === "ENOTSUP") return undefined // a file system without attributes
      throw error
    }
  }
}

/** The overlay with and without its upper layer. Both use the same open layers. */
interface Image extends AsyncDisposable {
  readonly now: Overlay
  /** Without the upper layer, which contains everything that was changed. */
  readonly before: Overlay
}

export const openImage = async (root: Opened): Promise<Image> => {
  const mount = await mountOf(root)
  const options = overlayOptions(mount.options, parameters())
  const { lowers, redirects, upper, userXattr } = options
  if (upper === undefined) {
    throw new Unusable(`The root is an overlay without an upper layer, in which nothing can be changed${AGAINST}.`)
  }
  const base = await baseOf(mount, options)
  const at = (path: string) => isRelative(path) ? `${base}/${path}` : path
  const opened = new Layers()
  try {
    await checkUpper(root, await opened.add(at(upper), "upper"))
    for (const lower of lowers) await opened.add(at(lower), "lower")
    const markOf = marksOf(userXattr)
    const now = { layers: opened.roots, redirects, markOf }
    return {
      now,
      before: { ...now, layers: opened.roots.slice(1) },
      [Symbol.asyncDispose]: () => opened.close()
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}
