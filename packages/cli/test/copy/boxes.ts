/** Opens two roots in a temporary directory, and collects what a copy between them reports. */
import { type OpenRoot, openRoot, type Options } from "@procfsroot/node/OpenRoot"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import { Copier } from "../../src/copy/copy.js"
import type { CopyEvent, CopyOptions, CopySummary } from "../../src/copy/events.js"

export const strategies = ["kernel", "walk"] as const

export interface Box extends AsyncDisposable {
  readonly path: string
  readonly from: OpenRoot
  readonly to: OpenRoot
}

/** The roots are `path/from` and `path/to`. */
export const openBox = async (options: Options = {}): Promise<Box> => {
  const place = temporary()
  for (const name of ["from", "to"]) Fs.mkdirSync(`${place.path}/${name}`)
  const from = await openRoot(`${place.path}/from`, options)
  const to = await openRoot(`${place.path}/to`, options)
  return {
    path: place.path,
    from,
    to,
    [Symbol.asyncDispose]: async () => {
      await from.close()
      await to.close()
      // An ordinary user can remove nothing from a directory without write permission.
      execFileSync("chmod", ["-R", "u+rwX", place.path])
      // Node removes recursively, and a tree of 10,000 directories would overflow its stack.
      execFileSync("rm", ["-rf", place.path])
    }
  }
}

/** Makes a single copy. */
export const copyTree = async (
  from: OpenRoot,
  source: string,
  to: OpenRoot,
  destination: string,
  options: CopyOptions = {},
  on: (event: CopyEvent) => void = () => {}
): Promise<CopySummary> => {
  await using copier = new Copier(to, options, on)
  return await copier.copy(from, source, destination)
}

export interface Copied {
  readonly summary: CopySummary
  /** Type, path and reason of each event, except progress. */
  readonly told: ReadonlyArray<string>
  readonly events: ReadonlyArray<CopyEvent>
}

export const copying = async (
  { from, to }: Box,
  source: string,
  destination: string,
  options: CopyOptions = {},
  on: (event: CopyEvent) => void = () => {}
): Promise<Copied> => {
  const events: Array<CopyEvent> = []
  const summary = await copyTree(from, source, to, destination, options, (event) => {
    events.push(event)
    on(event)
  })
  const told = events.flatMap((event) =>
    event.type === "progress" ? [] : [`${event.type} ${event.path}${event.why === undefined ? "" : `: ${event.why}`}`]
  )
  return { summary, told: told.toSorted(), events }
}

/** Every path below a place, as bytes in latin1, so that different names that are not UTF-8 stay different. */
export const pathsBelow = (place: string): ReadonlyArray<string> =>
  Fs.readdirSync(Buffer.from(place, "latin1"), { encoding: "buffer" }).flatMap((bytes) => {
    const path = `${place}/${bytes.toString("latin1")}`
    const isDirectory = Fs.lstatSync(Buffer.from(path, "latin1")).isDirectory()
    return [path, ...(isDirectory ? pathsBelow(path) : [])]
  }).toSorted()

const MICROSECOND = 1_000n

/** What must be equal in a copy: everything except the inode, the creation time and the number of blocks. */
export const stateOf = (path: string) => {
  const bytes = Buffer.from(path, "latin1")
  const stat = Fs.lstatSync(bytes, { bigint: true })
  const { gid, mode, mtimeNs, nlink, rdev, size, uid } = stat
  const isRead = stat.isFile() && size < 2n ** 24n
  return {
    mode: mode.toString(8),
    owner: `${uid}:${gid}`,
    mtime: mtimeNs / MICROSECOND,
    rdev,
    nlink: stat.isDirectory() ? undefined : nlink,
    size: stat.isDirectory() ? undefined : size,
    content: isRead ? Fs.readFileSync(bytes).toString("latin1") : undefined,
    target: stat.isSymbolicLink() ? Fs.readlinkSync(bytes, "buffer").toString("latin1") : undefined
  }
}

export const temporariesIn = (place: string): ReadonlyArray<string> =>
  pathsBelow(place).filter((path) => path.includes(".procfsroot-cp-"))

/**
 * An ACL as an extended attribute: version 2, and the permissions of the owner, user 1, the group, the mask and others; see
 * include/uapi/linux/posix_acl_xattr.h. Without user 1, it would only be a mode.
 */
export const aclOf = (permissions: number, group = permissions): Uint8Array => {
  const none = [255, 255, 255, 255]
  const entries = [[1, none], [2, [1, 0, 0, 0]], [4, none], [16, none], [32, none]] as const
  return Uint8Array.from([
    2,
    0,
    0,
    0,
    ...entries.flatMap(([tag, id]) => [tag, 0, tag === 4 ? group : permissions, 0, ...id])
  ])
}
