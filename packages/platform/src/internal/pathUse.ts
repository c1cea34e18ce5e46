/** What operations do with the last component of a path, as their system calls do in `fs/namei.c`. */
import type { OpenFlag } from "@effect/platform/FileSystem"
import * as OpenFlags from "@procfsroot/vfs/OpenFlags"
import type { PathUse } from "../RootFileSystem.js"

/** @internal */
export const pathUses = {
  access: ["follow"],
  chmod: ["follow"],
  chown: ["follow"],
  copy: ["keep", "parent"],
  copyFile: ["follow", "create"],
  exists: ["follow"],
  link: ["keep", "parent"],
  makeDirectory: ["parent"],
  makeTempDirectory: ["parent"],
  makeTempDirectoryScoped: ["parent"],
  makeTempFile: ["parent"],
  makeTempFileScoped: ["parent"],
  readDirectory: ["follow"],
  readFile: ["follow"],
  readFileString: ["follow"],
  readLink: ["keep"],
  realPath: ["follow"],
  remove: ["parent"],
  rename: ["parent", "parent"],
  stat: ["follow"],
  stream: ["follow"],
  // The first argument is text, and never looked up.
  symlink: ["parent"],
  truncate: ["follow"],
  utimes: ["follow"],
  watch: ["follow"]
} as const satisfies Readonly<Record<string, ReadonlyArray<PathUse>>>

/** @internal */
export const openUse = (flag: OpenFlag): Exclude<PathUse, "keep" | "parent"> => {
  const { create, exclusive } = OpenFlags.fromFlag(flag)
  if (exclusive) return "createNew"
  return create ? "create" : "follow"
}
