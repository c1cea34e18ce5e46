/** What a layer needs from the system, and the errors if it is missing. */
import { describe, expect, it } from "@effect/vitest"
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { mounting } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { execFileSync } from "node:child_process"
import { chmodSync, lchownSync, mkdirSync, symlinkSync } from "node:fs"
import { strategies } from "./strategies.js"

const run = (command: ReadonlyArray<string>): unknown => {
  const [program = "", ...args] = command
  return JSON.parse(execFileSync(program, args, { encoding: "utf8", timeout: 60_000 }))
}

const layers = ["kernel", "walk", "off the main thread", "files", "wormhole"]

/** Runs `setup` in a mount namespace, and then builds every layer over a directory that contains a link. */
const onSystem = async (setup: string): Promise<unknown> => {
  using directory = temporary()
  materialize(directory.path, [{ path: "/f", type: "file" }, { path: "/link", type: "symlink", target: "f" }])
  const program = await bundled(new URL("./programs/procfs.ts", import.meta.url))
  const shell = ["sh", "-ec", `${setup}\nexec "$@"`, "sh"]
  return run([...mounting, ...shell, process.execPath, program, directory.path])
}

const all = (answer: unknown) => Object.fromEntries(layers.map((name) => [name, answer]))

const refused = (reason: string) =>
  all([
    "RootUnavailable",
    "ENOTSUP",
    expect.stringMatching(new RegExp(`^The root ".*" cannot be used: ${reason} \\(ENOTSUP\\)\\.$`))
  ])

/** A procfs stays mounted when its PID namespace ends, and then shows no processes. */
const ofAnotherNamespace = "unshare --pid --fork mount -t proc proc /proc"

describe.skipIf(without("mount"))("the procfs at /proc", () => {
  it("is required", async () => {
    expect(await onSystem("mount -t tmpfs none /proc")).toEqual(refused("no procfs is mounted at /proc.* mount it"))
  })

  it("is refused if it belongs to another PID namespace", async () => {
    expect(await onSystem(ofAnotherNamespace))
      .toEqual(refused("the procfs at /proc does not show this process.* mount the procfs of this namespace there"))
  })

  it("is refused if it shows another process as this one", async () => {
    using aside = temporary()
    const setup = `mount --bind /proc ${aside.path}
      mount -t tmpfs none /proc
      mkdir /proc/self
      mount --bind ${aside.path}/1 /proc/self`
    expect(await onSystem(setup)).toEqual(refused("the procfs at /proc does not show this process.*"))
  })

  it.skipIf(without("root"))("may have no settings: then the strictest ones apply", async () => {
    using directory = temporary()
    materialize(directory.path, [{ path: "/f", type: "file" }])
    mkdirSync(`${directory.path}/sticky`)
    const program = await bundled(new URL("./programs/procfs.ts", import.meta.url))
    chmodSync(`${directory.path}/sticky`, 0o1777)
    symlinkSync("../f", `${directory.path}/sticky/other`)
    lchownSync(`${directory.path}/sticky/other`, 1234, 1234)
    symlinkSync("sticky/other", `${directory.path}/link`)
    const answers = run([
      ...mounting,
      "sh",
      "-ec",
      `mount -t tmpfs none /proc/sys/fs\nexec "$@"`,
      "sh",
      process.execPath,
      program,
      directory.path
    ])
    // Only the walk is checked: the kernel itself knows its setting, which may be off.
    expect(answers).toMatchObject({ walk: ["AccessDenied", "EACCES", expect.stringContaining("/sticky/other")] })
  })
})

interface Layer {
  readonly free: number
  readonly answer: string
  readonly left: number
}

interface Made {
  readonly results: ReadonlyArray<Layer>
  readonly withoutThread: ReadonlyArray<Layer>
}

describe("descriptors", () => {
  it("are too few, so the layer fails and leaves nothing open", async () => {
    using directory = temporary()
    const program = await bundled(new URL("./programs/descriptors.ts", import.meta.url))
    const shell = ["sh", "-c", `ulimit -n 128; exec "$@"`, "sh"]
    const { results, withoutThread } = run([...shell, process.execPath, program, directory.path]) as Made
    const answer = "RootUnavailable EMFILE"
    expect(withoutThread).toEqual([0, 1, 2, 3].map((free) => ({ free, answer, left: 0 })))
    const wrong = results.filter(
      ({ answer, free, left }) =>
        left !== 0 || answer !== (free < NEEDED && answer !== "made" ? "RootUnavailable EMFILE" : "made") ||
        (free === 0 && answer === "made")
    )
    expect(wrong).toEqual([])
    expect(results).toHaveLength(layers.length * 9)
  })
})

/** This many are always enough. */
const NEEDED = 4

describe.skipIf(without("mount"))("inode numbers beyond 2^53", () => {
  it("do not make another directory the pinned root", async () => {
    using directory = temporary()
    const program = await bundled(new URL("./programs/largeInodes.ts", import.meta.url))
    // overlayfs stores in the highest bits of the inode number on which of its file systems a file is (xino).
    const setup = `mount -t tmpfs none ${directory.path}; cd ${directory.path}
      mkdir lower upper all; mount -t tmpfs none lower; mount -t tmpfs none upper
      mkdir lower/pinned lower/pinned/own lower/other upper/changes upper/work
      mount -t overlay overlay -o lowerdir=lower,upperdir=upper/changes,workdir=upper/work,xino=on all
      cd all`
    const shell = ["sh", "-ec", `${setup}\nexec "$@"`, "sh"]
    expect(
      run([
        ...mounting,
        ...shell,
        process.execPath,
        program,
        `${directory.path}/all/pinned`,
        `${directory.path}/all/other`
      ])
    )
      .toEqual(strategies.map(({ name }) => ({ name, before: "/own", after: "/own" })))
  })
})
