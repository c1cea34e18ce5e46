/** A case of the table, without the table itself, so that it also runs in a browser. */
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
  /** The answer comes from Go's procfsroot, not from a system call. */
  readonly pinned?: "procfsroot"
}

export interface Suite {
  readonly name: string
  readonly tree: TreeSpec
  readonly cases: ReadonlyArray<Case>
}

/** The path to ask for. Go's procfsroot treats an empty path as the root, so such a case asks for `/`. */
export const asked = ({ path, pinned }: Case): string => pinned === "procfsroot" && path === "" ? "/" : path

/** The policy of a case, as options of the library. */
export const optionsOf = (
  { containment, lastComponent, limit, missing, symlinks }: Case
): Pick<Case, "containment" | "lastComponent" | "missing" | "symlinks"> & { maxSymlinks?: number } => ({
  containment,
  lastComponent,
  missing,
  ...(symlinks === undefined ? {} : { symlinks }),
  ...(limit === undefined ? {} : { maxSymlinks: limit })
})
