/**
 * Creates the directories of an archive. Until everything else is there, their owner can write to them; then they get
 * their attributes.
 */
import { codeOf } from "../failure.js"
import { identityOf } from "../identity.js"
import { legible } from "../output.js"
import type { AttributeCopy } from "./attributes.js"
import type { Reporter } from "./events.js"
import type { Existing } from "./existing.js"
import { lstat } from "./files.js"
import { letOwnerUse, openMade } from "./made.js"
import type { Later, Made, Memory } from "./memory.js"
import { type Place, refuseMountPoint } from "./place.js"
import { turn } from "./turn.js"
import { ofCopy, Refused, whyOf } from "./why.js"

/** What the directories share with the other files of the archive. */
interface Shared {
  /** The destination. */
  readonly root: Place["root"]
  readonly existing: Existing
  readonly memory: Memory
  readonly attributes: AttributeCopy
  readonly reporter: Reporter
  readonly options: { readonly dryRun: boolean; readonly overwrite: boolean }
}

interface DirectoryEntry extends Pick<Later, "extended" | "kept"> {
  readonly shown: string
}

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0))

const NO_DIRECTORY = "a file that is not a directory is in its place"

/** An existing link could lead out of the destination. */
export class ThroughLink extends Refused {
  constructor(link: string) {
    super(`${legible(link)} is a link in the destination, and names that lead through a link are refused`)
  }
}

export class Directories {
  readonly #root: Place["root"]
  readonly #existing: Existing
  readonly #memory: Memory
  readonly #attributes: AttributeCopy
  readonly #reporter: Reporter
  readonly #options: Shared["options"]
  /** The last parent directory that was found or created. */
  #parent = ""

  constructor({ attributes, existing, memory, options, reporter, root }: Shared) {
    this.#root = root
    this.#existing = existing
    this.#memory = memory
    this.#attributes = attributes
    this.#reporter = reporter
    this.#options = options
  }

  /** Creates the directory of an entry, or keeps an existing one. */
  add({ extended, kept, shown }: DirectoryEntry, path: string): void {
    // The destination keeps its own attributes, like every directory that already exists.
    if (path === "") return
    this.#memory.forgetLink(path)
    if (this.#options.dryRun) return this.#wouldMake(shown, path)
    this.makeParents(path)
    this.#make(path)
    const keep = () => this.#memory.keepAttributes(path, { kept, extended })
    if (keep() || this.#isDirectory(path)) return
    if (this.#options.overwrite) {
      ofCopy(() => {
        refuseMountPoint({ root: this.#root, path }, parentOf(path) || ".")
        this.#root.sync.unlinkSync(path)
      })
      this.#make(path)
      if (keep()) return
    }
    throw new Refused(NO_DIRECTORY)
  }

  #wouldMake(shown: string, path: string): void {
    if (this.#isDirectory(path)) return
    if (!this.#options.overwrite && this.#existing.find(path) === "other") throw new Refused(NO_DIRECTORY)
    ofCopy(() => this.#existing.addDirectory(path))
    this.#reporter.directory(shown)
  }

  /** Whether there is a directory. A link to one is refused. */
  #isDirectory(path: string): boolean {
    const there = ofCopy(() => this.#existing.find(path))
    if (there === "link") throw new ThroughLink(path)
    return there === "directory"
  }

  /**
   * Creates a directory. Does nothing if there is a file with this name: if it is not a directory, a later step fails.
   */
  #make(path: string): void {
    if (this.#memory.hasDirectory(path)) return
    this.#memory.checkRoom(path)
    try {
      ofCopy(() => this.#root.sync.mkdirSync(path, 0o700))
    } catch (error) {
      if (codeOf(error) === "EEXIST") return
      throw error
    }
    const place = { root: this.#root, path }
    const made = lstat(place)
    this.#memory.keepDirectory(path, identityOf(made))
    letOwnerUse(place, made)
  }

  /** Creates the missing directories above a path. */
  makeParents(path: string): void {
    const parent = parentOf(path)
    if (parent === this.#parent || parent === "") return
    if (!this.#isDirectory(parent)) {
      for (let at = parent.indexOf("/"); at !== -1; at = parent.indexOf("/", at + 1)) {
        this.#make(parent.slice(0, at))
      }
      this.#make(parent)
    }
    this.#parent = parent
  }

  /** Sets the attributes. A directory comes after what is in it, since its mode can make it inaccessible. */
  async finish(settle: () => Promise<void>): Promise<void> {
    for (const [path, made] of this.#memory.takeDirectories()) {
      await turn()
      try {
        this.#setAttributes(path, made)
      } catch (error) {
        this.#reporter.report("failed", path, 0, whyOf(error))
      }
      await settle()
    }
  }

  #setAttributes(path: string, { attributes, identity }: Made): void {
    using directory = openMade({ root: this.#root, path }, identity)
    if (attributes === undefined) {
      const lost = this.#attributes.toNew(directory)
      if (lost !== undefined) this.#reporter.directory(path, lost)
      return directory.chmod(0o777 & ~process.umask())
    }
    const { extended, kept } = attributes
    this.#reporter.directory(path, this.#attributes.toOpen({ stat: kept, extended }, directory))
  }
}
