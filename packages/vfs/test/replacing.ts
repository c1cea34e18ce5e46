/** A directory with a file that `writeFileAtomic` replaces, in processes that can be killed. */
import { type FileSystem, make as makeFileSystem } from "@procfsroot/vfs/FileSystem"
import * as MemoryTree from "@procfsroot/vfs/MemoryTree"
import * as Program from "@procfsroot/vfs/Program"
import type { AtomicOptions } from "@procfsroot/vfs/RootDirectory"
import { Directory, File, type Node } from "../src/internal/memory/inode.js"
import type { OpenNode } from "../src/internal/memory/openFile.js"
import { built, countingSync, type Operations, stepping } from "./handles.js"

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** Each process has its own writer, and treats files of other processes as abandoned. */
export const process = () => {
  const active = new Set<string>()
  let made = 0
  const id = Math.random().toString(36).slice(2)
  return {
    begin: () => {
      const name = `.tmp-${id}-${made++}`
      active.add(name)
      return name
    },
    end: (name: string) => void active.delete(name),
    isAbandoned: (name: string) => name.startsWith(".tmp-") && !active.has(name)
  }
}

/** The options of a file system in a process. */
export const optionsOf = (writer = process()) => ({ directoryName: String, fileName: String, now: () => 0, writer })

export class Box {
  readonly root: Directory
  readonly operations: Operations<Node>

  constructor(content: string | MemoryTree.Entry | undefined) {
    const { operations, root } = built({
      "/d": MemoryTree.directory(),
      ...(content === undefined ? {} : { "/d/file": content }),
      "/other": "other"
    })
    this.root = root
    this.operations = operations
  }

  fileSystem(step: (name: string) => void, writer = process()): FileSystem<OpenNode> {
    const operations = stepping(this.operations, step, ["retain", "top"])
    const files = stepping(operations.files, step)
    return makeFileSystem({ ...operations, ...countingSync(operations, step), files }, optionsOf(writer))
  }

  get names(): ReadonlyArray<string> {
    const directory = this.root.get("d")
    return directory instanceof Directory ? [...directory.names()] : []
  }

  get content(): string | undefined {
    const directory = this.root.get("d")
    const file = directory instanceof Directory ? directory.get("file") : undefined
    return file instanceof File ? textOf(file.view()) : undefined
  }
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

export const write = (fs: FileSystem<OpenNode>, text: string, options?: AtomicOptions): void =>
  Program.runSync(fs.rootDirectory.writeFileAtomic("/d/file", bytesOf(text), options))
