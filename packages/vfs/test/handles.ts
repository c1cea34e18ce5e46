/** Trees in memory whose handles must be released, and whose files must be closed, like descriptors. */
import * as ComponentStack from "@procfsroot/path/ComponentStack"
import type * as Policy from "@procfsroot/path/Policy"
import * as Walk from "@procfsroot/path/Walk"
import { type InodeOperations, MISSING, type OpenFlags, type ParentAndName } from "@procfsroot/vfs/InodeOperations"
import type * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import { CurrentTime } from "../src/internal/memory/currentTime.js"
import { Disk } from "../src/internal/memory/disk.js"
import { thaw } from "../src/internal/memory/freeze.js"
import type { Directory, Node } from "../src/internal/memory/inode.js"
import { inodeOperations } from "../src/internal/memory/inodeOperations.js"
import type { OpenNode } from "../src/internal/memory/openFile.js"
import { Steps } from "../src/internal/memory/steps.js"
import { build } from "../src/internal/memory/tree.js"
import { type World, worldOf } from "../src/internal/memory/world.js"

export type Operations<H> = InodeOperations<H, OpenNode>

export interface Built {
  readonly root: Directory
  readonly world: World
  readonly operations: Operations<Node>
}

/** The protections of `/proc/sys/fs` that `built` switches on. */
interface Switched {
  readonly regular?: number
}

/** Returns the operations on which the file system in memory is built. */
export const built = (
  tree: MemoryTree.Tree,
  user: MemoryTree.User = { uid: 0, gid: 0 },
  { regular = 0 }: Switched = {}
): Built => {
  const image = build(tree)
  if (image._tag === "Invalid") throw new Error(image.why)
  const root = thaw(image)
  const settings = { symlinks: 0, regular, fifos: 0, hardlinks: 1, unmapped: undefined } as const
  const shared = {
    root,
    disk: new Disk(),
    steps: new Steps(),
    time: new CurrentTime(),
    watchers: new Set<never>(),
    settings
  }
  const world = worldOf(shared, user)
  return { root, world, operations: inodeOperations(world, root) }
}

/** Makes each function of an object call `step` with its name first, except those in `silent`. */
export const stepping = <T extends object>(
  functions: T,
  step: (name: string) => void,
  silent: ReadonlyArray<string> = []
): T =>
  Object.fromEntries(
    Object.entries(functions).map(([name, value]) => [
      name,
      typeof value !== "function" || silent.includes(name)
        ? value
        : (...args: ReadonlyArray<unknown>) => {
          step(name)
          return value(...args)
        }
    ])
  ) as T // it has the same functions

/** Makes the sync of an open directory call `step` with its name first. */
export const countingSync = <H>(
  { openForSync }: Pick<Operations<H>, "openForSync">,
  step: (name: string) => void
): Pick<Operations<H>, "openForSync"> => ({
  openForSync: (directory) => {
    const opened = openForSync(directory)
    return {
      ...opened,
      sync: () => {
        step("syncDirectory")
        return opened.sync()
      }
    }
  }
})

/** A file that was found, until it is released. */
export class Handle {
  readonly node: Node
  isReleased = false

  constructor(node: Node) {
    this.node = node
  }
}

const nodeOf = (handle: Handle): Node => {
  if (handle.isReleased) throw new Error("a handle is used that was released")
  return handle.node
}

const placeOf = ({ directory, name, slash }: ParentAndName<Handle>): ParentAndName<Node> => ({
  directory: nodeOf(directory),
  name,
  slash
})

/** `name`: each name is looked up. `path`: as on Linux, whole paths are opened in one call, and files must be read. */
export type Kind = "name" | "path"

export class Held {
  readonly operations: Operations<Handle>
  readonly #handles = new Set<Handle>()
  readonly #files = new Set<OpenNode>()
  #directories = 0
  #retained = 0
  /** The largest number of handles that were held at the same time. */
  most = 0

  /** `step` is called with the name of each call that can fail. */
  constructor({ operations: below, root }: Built, kind: Kind, step: (name: string) => void) {
    const top = new Handle(root)
    const hold = (node: Node): Handle => {
      const handle = new Handle(node)
      this.#handles.add(handle)
      this.most = Math.max(this.most, this.#handles.size)
      return handle
    }
    const opened = (file: OpenNode): OpenNode => {
      this.#files.add(file)
      return file
    }
    const { contents, extendedAttributes, files, mount, sticky } = below
    const lookup = (asked: Walk.Lookup<Handle>, own: (handle: Handle) => Handle): Walk.Entry<Handle> => {
      const directory = ComponentStack.make(nodeOf(asked.directory.handle))
      const { forbidsMounts, name, slashed, trailing } = asked
      const entry = below.lookup({ _tag: "Lookup", directory, name, slashed, trailing, forbidsMounts }, (node) => node)
      if (!("handle" in entry)) return entry
      // As on a disk, lookups do not report mounts.
      const { mounted: _, ...found } = entry
      return { ...found, handle: own(hold(entry.handle)) }
    }
    const walk = (path: string, policy: Policy.Policy): Walk.Outcome<Node> =>
      Walk.run<Node>(root, path, (asked) => below.lookup(asked, (node) => node), policy)
    /** Returns what `openat2` would find. */
    const found = (path: string, policy: Policy.Policy): Node | typeof MISSING | undefined => {
      const outcome = walk(path, policy)
      if (outcome._tag === "Resolved") return outcome.place.handle
      return outcome.reason._tag === "Missing" ? MISSING : undefined
    }
    /** Returns what `openat2` would open with O_CREAT, and `undefined` if it would fail. */
    const createdOrOpened = (path: string, policy: Policy.Policy, flags: OpenFlags, mode: number) => {
      // A slash after the last name, in the path or in a link, is refused.
      const lookup = (asked: Walk.Lookup<Node>): Walk.Entry<Node> =>
        asked.slashed ? { _tag: "Fault", cause: undefined } : below.lookup(asked, (node) => node)
      const outcome = Walk.run<Node>(root, path, lookup, { ...policy, missing: "last" })
      if (outcome._tag === "Failed") return undefined
      const { place: { handle, parent }, tail: [name] } = outcome
      if (name !== undefined) return below.create({ directory: handle, name, slash: false }, flags, mode)
      const isRefused = handle._tag === "SymbolicLink" || handle._tag === "Directory" || flags.exclusive ||
        (parent !== undefined && sticky?.concerns(handle) === true && sticky.denies(handle, parent.handle))
      return isRefused ? undefined : below.openInode(handle, flags)
    }
    const whole: Partial<Operations<Handle>> = {
      open: (_, path, policy) => {
        const node = found(path, policy)
        return node === undefined || node === MISSING ? node : hold(node)
      },
      openPath: (_, path, policy, flags, mode) => {
        if (flags.create) {
          const file = createdOrOpened(path, policy, flags, mode)
          return file && opened(file)
        }
        const node = found(path, policy)
        if (node === undefined || node === MISSING) return node
        return node._tag === "SymbolicLink" ? undefined : opened(below.openInode(node, flags))
      },
      missing: (_, path, policy) => {
        const outcome = walk(path, policy)
        return outcome._tag === "Failed" ? outcome : undefined
      },
      locate: (_, path, policy) => {
        const outcome = walk(path, policy)
        return outcome._tag === "Resolved" ? Walk.toPath(outcome) : undefined
      }
    }
    const operations: Operations<Handle> = {
      top: () => top,
      retain: () => {
        this.#retained++
        return () => void this.#retained--
      },
      files: {
        ...stepping(files, step, ["close"]),
        close: (file, written) => {
          if (!this.#files.delete(file)) throw new Error("a file is closed twice")
          step("close")
          return files.close(file, written)
        }
      },
      lookup,
      release: (handle) => {
        nodeOf(handle)
        if (handle === top) throw new Error("the root is not to be released")
        handle.isReleased = true
        this.#handles.delete(handle)
      },
      ...(sticky === undefined ? {} : {
        sticky: {
          concerns: (inode) => sticky.concerns(nodeOf(inode)),
          denies: (inode, directory) => sticky.denies(nodeOf(inode), nodeOf(directory))
        }
      }),
      identity: (inode) => below.identity(nodeOf(inode)),
      ...(mount === undefined ? {} : { mount: (inode) => mount(nodeOf(inode)) }),
      getattr: (inode) => below.getattr(nodeOf(inode)),
      getattrExact: (inode) => below.getattrExact(nodeOf(inode)),
      statfs: (inode) => below.statfs(nodeOf(inode)),
      ...(extendedAttributes === undefined ? {} : {
        extendedAttributes: {
          get: (inode, name) => extendedAttributes.get(nodeOf(inode), name),
          list: (inode) => extendedAttributes.list(nodeOf(inode)),
          set: (inode, name, value) => extendedAttributes.set(nodeOf(inode), name, value),
          remove: (inode, name) => extendedAttributes.remove(nodeOf(inode), name)
        }
      }),
      access: (inode, mode) => below.access(nodeOf(inode), mode),
      mayCreate: (directory) => below.mayCreate(nodeOf(directory)),
      chmod: (inode, mode) => below.chmod(nodeOf(inode), mode),
      chown: (inode, uid, gid) => below.chown(nodeOf(inode), uid, gid),
      utimes: (inode, atime, mtime) => below.utimes(nodeOf(inode), atime, mtime),
      child: (directory, name) => hold(below.child(nodeOf(directory), name)),
      readdir: (directory) => below.readdir(nodeOf(directory)),
      readEntries: (directory, most) => below.readEntries(nodeOf(directory), most),
      openDirectory: (directory) => below.openDirectory(nodeOf(directory)),
      openForSync: (directory) => {
        const { close, sync } = countingSync(below, step).openForSync(nodeOf(directory))
        this.#directories++
        return {
          sync: () => {
            nodeOf(directory)
            return sync()
          },
          close: () => {
            this.#directories--
            close()
          }
        }
      },
      openInode: (inode, flags) => opened(below.openInode(nodeOf(inode), flags)),
      create: (at, flags, mode) => opened(below.create(placeOf(at), flags, mode)),
      peek: (at) => below.peek(placeOf(at)),
      readlink: (at) => below.readlink(placeOf(at)),
      mkdir: (at, mode) => below.mkdir(placeOf(at), mode),
      mknod: (at, node, mode) => below.mknod?.(placeOf(at), node, mode),
      symlink: (target, at) => below.symlink(target, placeOf(at)),
      link: (from, to) => below.link(placeOf(from), placeOf(to)),
      rename: (from, to, mode) => below.rename(placeOf(from), placeOf(to), mode),
      unlink: (at) => below.unlink(placeOf(at)),
      rmdir: (at) => below.rmdir(placeOf(at)),
      watch: () => {
        throw new Error("nothing is watched here")
      },
      ...(kind === "path" ? whole : {}),
      ...(kind === "name" && contents !== undefined
        ? { inSteps: () => false, contents: (inode) => contents(nodeOf(inode)) }
        : {})
    }
    this.operations = stepping(operations, step, ["top", "retain", "release", "inSteps"])
  }

  /** What is still held. When an operation has ended, this must be `nothing`. */
  get left(): object {
    return {
      handles: this.#handles.size,
      files: this.#files.size,
      directories: this.#directories,
      retained: this.#retained
    }
  }
}

/** What an operation holds after it has ended. */
export const nothing = { handles: 0, files: 0, directories: 0, retained: 0 }

/** What a lookup of one name finds, for a name that is not the last one of a path. */
export const lookedUp = ({ lookup }: Operations<Node>, directory: Node, name: string): Walk.Entry<Node> =>
  lookup(
    {
      _tag: "Lookup",
      directory: ComponentStack.make(directory),
      name,
      trailing: false,
      slashed: false,
      forbidsMounts: false
    },
    (node) => node
  )
