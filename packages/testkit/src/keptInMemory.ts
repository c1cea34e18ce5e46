/** What the caller changes inside of the options of a layer in memory, after it has made the layer, has no effect. */
import { expect, it } from "vitest"

interface User {
  readonly uid: number
  readonly gid: number
  readonly groups?: ReadonlyArray<number>
}

interface Options {
  readonly faults: ReadonlyArray<{ readonly path: string; readonly code: "EIO" }>
  readonly limits: { readonly readOnly: boolean }
  readonly protected: { readonly symlinks: 0 | 1 }
}

interface Processes {
  readonly mountNamespaces: { readonly m: Record<never, never> }
  readonly processes: ReadonlyArray<{ readonly pid: number; readonly mountNamespace: "m"; readonly user: User }>
  readonly user: User
}

/** Each function makes layers of an edition. The function that it returns builds and uses them. */
export interface LayersInMemory {
  /**
   * Makes a tree of the user, and one of the superuser that is used `asUser`. In each, reads a file of group 2 and
   * a link of user 3 in a sticky directory, and writes and reads `/own`. Returns the errors and the content as text.
   */
  readonly inTree: (options: Options, user: User) => () => Promise<ReadonlyArray<ReadonlyArray<string>>>
  /** Opens the root of process 1. */
  readonly inProcess: (options: Processes) => () => Promise<unknown>
}

export const keptInMemory = ({ inProcess, inTree }: LayersInMemory): void => {
  it("by MemoryFileSystem, also what is inside of an option", async () => {
    const user = { uid: 1, gid: 1, groups: new Array<number>() }
    const limits = { readOnly: true }
    const settings = { symlinks: 1 as 0 | 1 }
    const faults = new Array<Options["faults"][number]>()
    const used = inTree({ faults, limits, protected: settings }, user)
    Object.assign(user, { uid: 2 }).groups.push(2)
    limits.readOnly = false
    settings.symlinks = 0
    faults.push({ path: "/own", code: "EIO" })
    const outcomes = [/EACCES/, /EACCES/, /EROFS/, /^$/].map((text) => expect.stringMatching(text))
    expect(await used()).toEqual([outcomes, outcomes])
  })

  it("by MemoryProcesses", async () => {
    const user = { uid: 1, gid: 1 }
    const owner = { uid: 2, gid: 2 }
    const processes = [{ pid: 1, mountNamespace: "m" as const, user: owner }]
    const opened = inProcess({ mountNamespaces: { m: {} }, processes, user })
    user.uid = 0
    Object.assign(owner, { uid: 1, gid: 1 })
    processes.pop()
    await expect(opened()).rejects.toThrow(/EACCES/)
  })
}
