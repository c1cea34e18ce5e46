/** From a path to a node. The walk does it, with nodes as handles; here are the lookups and the kernel's own limits. */
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import { isEncodable, isNameTooLong, isPathTooLong, MAXSYMLINKS } from "../limits.js"
import { nameOf, withoutSlashes } from "../text.js"
import { type Errno, fail } from "./errno.js"
import type { Directory, Node, SymbolicLink } from "./inode.js"
import { mayFollow } from "./protection.js"
import { permits, SEARCH, type World } from "./world.js"

const fault = (code: Errno): Walk.Fault => ({ _tag: "Fault", cause: { code } })

const denied = fault("EACCES")
const tooLong = fault("ENAMETOOLONG")
const missing: Walk.Entry<Node> = { _tag: "Missing" }

/**
 * What a walk is told. Search permission comes before the name, as in `link_path_walk`.
 *
 * @internal
 */
export const lookup = (world: World) => ({ directory, name }: Walk.Lookup<Node>): Walk.Entry<Node> => {
  const at = directory.handle
  if (at._tag !== "Directory") return missing // a walk looks for names in directories only
  if (!permits(world, at, SEARCH)) return denied
  if (name === ".") return { _tag: "Directory", handle: at }
  if (isNameTooLong(name)) return tooLong
  const node = at.children.get(name)
  return node === undefined ? missing : entryOf(world, at, node)
}

const entryOf = (world: World, directory: Directory, node: Node): Walk.Entry<Node> => {
  switch (node._tag) {
    case "Directory":
      return { _tag: "Directory", handle: node }
    case "SymbolicLink": {
      const link = { _tag: "SymbolicLink", target: node.target, handle: node } as const
      return mayFollow(world, directory, node) ? link : { ...link, denied }
    }
    default:
      return { _tag: "Other", handle: node }
  }
}

const codeOf = (reason: Walk.Reason): Errno => {
  switch (reason._tag) {
    case "Missing":
      return "ENOENT"
    case "NotADirectory":
      return "ENOTDIR"
    case "Fault":
      return (reason.cause as { readonly code: Errno }).code // every fault is made by `fault` above
    case "MagicLink":
    case "EscapesRoot":
      return "EXDEV"
    default:
      return "ELOOP"
  }
}

const walk = (world: World, path: string, policy: Policy.Policy): Walk.Resolved<Node> => {
  const outcome = Walk.run<Node>(world.root, path, lookup(world), policy)
  return outcome._tag === "Resolved" ? outcome : fail(codeOf(outcome.reason))
}

/** What stands for no bytes cannot be asked for; what is too long `getname` refuses before anything is looked at. */
const checkText = (path: string): void => {
  if (!isEncodable(path)) fail("EILSEQ")
  if (isPathTooLong(path)) fail("ENAMETOOLONG")
}

const policies = {
  follow: Policy.make({ maxSymlinks: MAXSYMLINKS }),
  keep: Policy.make({ maxSymlinks: MAXSYMLINKS, lastComponent: "keep" }),
  reach: Policy.make({ maxSymlinks: MAXSYMLINKS, lastComponent: "keep", missing: "tail" })
}

/** @internal */
export const place = (
  world: World,
  path: string,
  last: keyof typeof policies = "follow"
): ComponentStack.ComponentStack<Node> => {
  checkText(path)
  return walk(world, path, policies[last]).place
}

/**
 * What is at the path; with `reach`, the last thing on the way to it that there is.
 *
 * @internal
 */
export const existing = (world: World, path: string, last?: keyof typeof policies): Node =>
  place(world, path, last).handle

/**
 * A path but for its last name, which is not looked up yet; the kernel's `filename_parentat`.
 *
 * @internal
 */
export interface Parent {
  readonly directory: Directory
  readonly stack: ComponentStack.ComponentStack<Node>
  /** How many links were followed on the way. */
  readonly links: number
  readonly last: string
  /** The last name is `.`, `..`, or, for the root, none at all. */
  readonly dots: boolean
  /** Slashes follow the last name. */
  readonly slashes: boolean
}

const parentWithin = (world: World, path: string, maxSymlinks: number): Parent => {
  const text = withoutSlashes(path) || path
  const last = nameOf(text)
  const resolved = walk(world, text, Policy.make({ maxSymlinks, lastComponent: "unchecked" }))
  const directory = resolved.place.handle
  const dots = resolved.tail.length === 0
  if (directory._tag !== "Directory") return fail("ENOTDIR") // a walk leaves names behind in directories only
  if (!dots && !permits(world, directory, SEARCH)) fail("EACCES")
  return {
    directory,
    stack: resolved.place,
    links: resolved.trace.links,
    last,
    dots,
    slashes: text.length < path.length
  }
}

/** @internal */
export const parent = (world: World, path: string): Parent => {
  checkText(path)
  return parentWithin(world, path, MAXSYMLINKS)
}

/**
 * What the last name names, links not followed.
 *
 * @internal
 */
export const child = ({ directory, last }: Parent): Node | undefined => {
  if (isNameTooLong(last)) fail("ENAMETOOLONG")
  return directory.children.get(last)
}

/** The text behind a link, from the place where the link is. */
const behind = ({ stack }: Parent, { target }: SymbolicLink): string =>
  target.startsWith("/") ? target : `${ComponentStack.toPath(stack)}/${target}`

/**
 * Where `open` with `O_CREAT` finds or makes its file: a last name that is a link is followed, also to where nothing is
 * yet; one with slashes behind it cannot be a file (`open_last_lookups` in `fs/namei.c`).
 *
 * @internal
 */
export const forCreation = (world: World, path: string): Parent => {
  checkText(path)
  let left = MAXSYMLINKS
  let found = parentWithin(world, path, left)
  while (true) {
    if (found.dots || found.slashes) fail("EISDIR")
    const node = child(found)
    if (node?._tag !== "SymbolicLink") return found
    left -= found.links + 1
    if (left < 0) fail("ELOOP")
    if (!mayFollow(world, found.directory, node)) fail("EACCES")
    found = parentWithin(world, behind(found, node), left)
  }
}
