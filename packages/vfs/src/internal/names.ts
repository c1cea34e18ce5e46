/** The operations on names: creating, moving, and reading links. */
import type { NewNode, ParentAndName, RenameMode } from "../InodeOperations.js"
import type { Now } from "../Program.js"
import { checkChoice, checkMode, checkNumber } from "./arguments.js"
import { MAX_MAJOR, MAX_MINOR } from "./deviceNumber.js"
import { expecting, fail, isErrno } from "./errno.js"
import { checkNew, codeOfNoName } from "./lastName.js"
import { isPathTooLong } from "./limits.js"
import { split } from "./path.js"
import { atOnce, type Context } from "./operation.js"
import type { PathResolver } from "./pathResolver.js"

/**
 * Fails for link targets that the kernel refuses before it looks at the path (`getname` in `fs/namei.c`).
 *
 * @internal
 */
export const checkTarget = (target: string, limit?: number): void => {
  if (target === "") fail("ENOENT")
  if (isPathTooLong(target, limit)) fail("ENAMETOOLONG")
}

/** @internal */
export const symlink = <H, F>(context: Context<H, F>, target: string, path: string): void =>
  atOnce(context, "symlink", [target, path], (resolver) => {
    checkTarget(target, resolver.operations.pathBytes?.())
    resolver.operations.symlink(target, resolver.place(path, "EEXIST"))
  })

/** Fails if two files are on different mounts. */
const checkMount = <H, F>({ operations: { mount } }: PathResolver<H, F>, one: H, other: H): void => {
  if (mount !== undefined && mount(one) !== mount(other)) fail("EXDEV")
}

/** @internal */
export const link = <H, F>(context: Context<H, F>, fromPath: string, toPath: string): void =>
  atOnce(context, "link", [fromPath, toPath], (resolver) => {
    const inode = resolver.kept(fromPath)
    const from = resolver.parentAndName(fromPath)
    const to = resolver.secondPlace(toPath, fromPath, from) ?? fail("EEXIST")
    if (from !== undefined && !from.slash) return resolver.operations.link(from, to)
    // The first path is a directory, which cannot get a second name (EPERM). The kernel checks the new name first
    // (`filename_create`), then the mounts, and then the permission to create it (`do_linkat`).
    checkNew(resolver.operations.peek({ ...to, slash: false }) !== undefined, to.slash)
    const denied = expecting(["EACCES"], () => resolver.operations.mayCreate(to.directory))
    checkMount(resolver, inode, to.directory)
    if (isErrno(denied)) throw denied
    fail("EPERM")
  })

/**
 * Resolves the second path. The kernel checks search permission for the first directory before it resolves the second
 * path (`filename_parentat`).
 */
const resolveSecond = <H, F>(
  resolver: PathResolver<H, F>,
  fromPath: string,
  from: ParentAndName<H> | undefined,
  path: string
): ParentAndName<H> | undefined => {
  try {
    return resolver.secondPlace(path, fromPath, from)
  } catch (thrown) {
    if (from !== undefined) resolver.checkSearch(from)
    throw thrown
  }
}

/** Returns the directory before the last component of a path that is not a name (`filename_parentat`). */
const directoryBefore = <H, F>(resolver: PathResolver<H, F>, path: string): H => {
  const { before, name } = split(path)
  return resolver.existing(name === "" ? "/" : `${before}.`)
}

const renameModes: ReadonlyArray<RenameMode> = ["replace", "noreplace", "exchange"]

/** @internal */
export const rename = <H, F>(
  context: Context<H, F>,
  fromPath: string,
  toPath: string,
  mode: RenameMode = "replace"
): Now<void> =>
  atOnce(context, "rename", [fromPath, toPath], (resolver) => {
    checkChoice(mode, "mode", renameModes)
    const from = resolver.parentAndName(fromPath)
    const to = resolveSecond(resolver, fromPath, from, toPath)
    if (from !== undefined && to !== undefined) return resolver.operations.rename(from, to, mode)
    for (const place of [from, to]) if (place !== undefined) resolver.checkSearch(place)
    // The kernel checks the mounts before the last components (`do_renameat2`).
    checkMount(
      resolver,
      from?.directory ?? directoryBefore(resolver, fromPath),
      to?.directory ?? directoryBefore(resolver, toPath)
    )
    return fail(from !== undefined && mode === "noreplace" ? "EEXIST" : "EBUSY")
  })

const nodeTypes: ReadonlyArray<NewNode["type"]> = ["FIFO", "Socket", "CharacterDevice", "BlockDevice"]

/** @internal */
export const mknod = <H, F>(context: Context<H, F>, path: string, node: NewNode, mode: number): void =>
  atOnce(context, "mknod", [path], (resolver) => {
    checkMode(mode)
    checkChoice(node.type, "type", nodeTypes)
    if (node.type === "CharacterDevice" || node.type === "BlockDevice") {
      checkNumber(node.major, "major", MAX_MAJOR)
      checkNumber(node.minor, "minor", MAX_MINOR)
    }
    const place = resolver.place(path, "EEXIST")
    const make = resolver.operations.mknod ?? fail("ENOTSUP")
    make(place, node, mode)
  })

/** @internal */
export const readlink = <H, F>(context: Context<H, F>, path: string): string =>
  atOnce(context, "readlink", [path], (resolver) => {
    const place = resolver.place(path, "EINVAL")
    if (!place.slash) return resolver.operations.readlink(place)
    // With a slash after it, the link is followed, and the file it leads to is not a link.
    resolver.existing(path)
    return fail("EINVAL")
  })

/** @internal */
export const unlink = <H, F>(context: Context<H, F>, path: string): Now<void> =>
  atOnce(context, "unlink", [path], (resolver) => resolver.operations.unlink(resolver.place(path, "EISDIR")))

/** @internal */
export const rmdir = <H, F>(context: Context<H, F>, path: string): void =>
  atOnce(
    context,
    "rmdir",
    [path],
    (resolver) => resolver.operations.rmdir(resolver.place(path, codeOfNoName(split(path).name)))
  )
