/** How each method uses its paths: whether it follows, keeps or creates the last component. */
import type { Flag } from "../FileSystem.js"
import type { PathUse } from "../PathUse.js"
import type { syscalls } from "./method.js"
import { flagsOf } from "./openFlags.js"

/** @internal */
export const pathUses = {
  access: ["follow"],
  chmod: ["follow"],
  chown: ["follow"],
  copy: ["keep", "parent"],
  copyFile: ["follow", "create"],
  exists: ["follow"],
  link: ["keep", "parent"],
  lstat: ["keep"],
  makeDirectory: ["parent"],
  makeTempDirectory: ["parent"],
  makeTempDirectoryScoped: ["parent"],
  makeTempFile: ["parent"],
  makeTempFileScoped: ["parent"],
  readDirectory: ["follow"],
  readDirectoryEntries: ["follow"],
  readFile: ["follow"],
  readFileString: ["follow"],
  readLink: ["keep"],
  realPath: ["follow"],
  remove: ["parent"],
  rename: ["parent", "parent"],
  stat: ["follow"],
  stream: ["follow"],
  symlink: ["parent"],
  truncate: ["follow"],
  utimes: ["follow"],
  watch: ["follow"]
} as const satisfies Readonly<Record<string, ReadonlyArray<PathUse>>>

/**
 * The uses of paths by methods that only `RootDirectory` has. With `noFollow`, those of extended attributes keep a
 * link.
 */
const rootDirectoryUses = {
  getExtendedAttribute: ["follow"],
  lchown: ["keep"],
  listExtendedAttributes: ["follow"],
  lutimes: ["keep"],
  makeNode: ["parent"],
  readFileBounded: ["follow"],
  removeExtendedAttribute: ["follow"],
  setExtendedAttribute: ["follow"],
  sinkAtomic: ["create"],
  statfs: ["follow"],
  streamDirectoryEntries: ["follow"],
  subRoot: ["follow"],
  walkTree: ["follow"],
  writeFileAtomic: ["create"]
} as const satisfies Readonly<Record<string, ReadonlyArray<PathUse>>>

/** The uses of paths by functions of Node whose names differ from those of the methods above. */
const nodeUses = {
  cp: ["keep", "parent"],
  mkdir: ["parent"],
  mkdtemp: ["parent"],
  readlink: ["keep"],
  rm: ["parent"],
  rmdir: ["parent"],
  unlink: ["parent"]
} as const satisfies Readonly<Record<string, ReadonlyArray<PathUse>>>

/** The methods whose use of the path depends on a flag, and a name that only errors contain. */
type Other = "open" | "openDescriptor" | "sink" | "utime" | "writeFile" | "writeFileString"

const methodUses = { ...pathUses, ...rootDirectoryUses } satisfies Readonly<
  Record<Exclude<keyof typeof syscalls, Other>, ReadonlyArray<PathUse>>
>

/** @internal */
export const usesByMethod: ReadonlyMap<string, ReadonlyArray<PathUse>> = new Map(
  Object.entries({ ...nodeUses, ...methodUses })
)

/** @internal */
export const ofFlag = (flag: Flag): Exclude<PathUse, "keep" | "parent"> => {
  const { create, exclusive } = flagsOf(flag)
  if (exclusive) return "createNew"
  return create ? "create" : "follow"
}
