/** A case of the table, without the table: this runs in a browser as well. */
import type { TreeSpec } from "./tree.js"

export interface Case {
  readonly id: string
  readonly path: string
  readonly containment: "clamp" | "reject" | "beneath"
  readonly lastComponent: "follow" | "keep"
  readonly missing: "error" | "last" | "tail"
  readonly symlinks?: "forbid"
  /** The case depends on this limit for links. */
  readonly limit?: number
  readonly expect: { readonly ok: string } | { readonly errno: string }
  readonly partial?: { readonly deepest: string; readonly remaining: string }
  /** The answer is that of Go's procfsroot, not of a system call. */
  readonly pinned?: "procfsroot"
}

export interface Suite {
  readonly name: string
  readonly tree: TreeSpec
  readonly cases: ReadonlyArray<Case>
}

/** What a root is asked: Go's procfsroot takes the empty path for the root, which has the kernel's answer. */
export const asked = ({ path, pinned }: Case): string => pinned === "procfsroot" && path === "" ? "/" : path

/** A case's policy, as the library's options spell it. */
export const optionsOf = (
  { containment, lastComponent, limit, missing, symlinks }: Case
): Pick<Case, "containment" | "lastComponent" | "missing" | "symlinks"> & { maxSymlinks?: number } => ({
  containment,
  lastComponent,
  missing,
  ...(symlinks === undefined ? {} : { symlinks }),
  ...(limit === undefined ? {} : { maxSymlinks: limit })
})
