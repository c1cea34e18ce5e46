/** Changes that break a rule each. `npm run test:breaks` makes them, one after the other. */

interface Break {
  readonly what: string
  /** Relative to `packages`. */
  readonly file: string
  /** This text, which is there exactly once, is replaced by `to`. */
  readonly from: string
  readonly to: string
}

export const breaks: ReadonlyArray<Break> = [
  {
    what: "the kernel can leave the root (no RESOLVE_IN_ROOT)",
    file: "node/src/internal/openat2/kernelRoot.ts",
    from: "Resolve.inRoot : Resolve.beneath",
    to: "0 : Resolve.beneath"
  },
  {
    what: "the arguments of renameat are swapped",
    file: "node/src/internal/native/systemCalls.ts",
    from: "renameat(old, nameOf(from), next, nameOf(to))",
    to: "renameat(next, nameOf(to), old, nameOf(from))"
  },
  {
    what: "a directory that was found is not closed",
    file: "node/src/internal/fileSystem/foundFiles.ts",
    from: "this.#closeDescriptor(this.descriptor)\n",
    to: "\n"
  },
  {
    what: "an absolute link starts in its own directory",
    file: "path/src/internal/cursor.ts",
    from: "      this.place = this.setting.root\n",
    to: ""
  },
  {
    what: "a loop of links is not detected",
    file: "path/src/internal/cursor.ts",
    from: "if (cycle !== undefined) return",
    to: "if (cycle === []) return"
  },
  {
    what: "a slash after a file is ignored",
    file: "path/src/internal/cursor.ts",
    from: `return this.kind === "Directory" ? undefined : this.notADirectory()`,
    to: "return undefined"
  },
  {
    what: "a new file replaces an existing one (no O_EXCL)",
    file: "node/src/internal/fileSystem/inodeOperations.ts",
    from: "numberOf(flags) | O_CREAT | O_EXCL",
    to: "numberOf(flags) | O_CREAT"
  },
  {
    what: "a read-only root allows names to be removed",
    file: "vfs/src/internal/readOnly.ts",
    from: "unlink: refuse",
    to: "unlink: (path) => fileSystem.unlink(path)"
  },
  {
    what: "any user can remove files in a sticky directory",
    file: "vfs/src/internal/memory/names.ts",
    from: "if (sticky && ownerOf",
    to: "if (!sticky && ownerOf"
  },
  {
    what: "a directory can be copied onto a file",
    file: "vfs/src/internal/copyRules.ts",
    from: `  if (source === "Directory") {\n    refuse(`,
    to: `  if (source === "Directory" && source === target) {\n    refuse(`
  }
]
