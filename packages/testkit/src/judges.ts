/**
 * What a test may need and a machine may lack: the kernel's answers, a `chroot`, a mount namespace, root. Every test that
 * can be skipped asks here, so that it says why it was, and so that with `REQUIRE_JUDGES=1` it fails instead.
 *
 * @example
 * describe.skipIf(without("openat2", "root"))("permissions", () => {})
 */
import { spawnSync } from "node:child_process"
import { closeSync, existsSync, openSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { KernelRoot, Resolve } from "./kernel.js"
import { chrooting, mounting } from "./namespace.js"
import { mountedTemporary } from "./mounts.js"
import { koffi as loadKoffi } from "./native.js"
import { place } from "./sysctl.js"

export interface Missing {
  readonly reason: string
  /** Root could have it on this same machine: an ordinary user may do without. */
  readonly takesRoot: boolean
  /** The variable with which it must be there: not every machine that runs the tests has containers, bsdtar, browsers or cc. */
  readonly variable:
    | "REQUIRE_JUDGES"
    | "REQUIRE_CONTAINERS"
    | "REQUIRE_BSDTAR"
    | "REQUIRE_BROWSER"
    | "REQUIRE_FIREFOX"
    | "REQUIRE_CC"
}

/** Tells what is missing, or `undefined` where nothing is. */
export type Judge = () => Missing | undefined

const isRoot = (): boolean => process.getuid?.() === 0

/** A judge that looks once in a process: `probe` tells the reason. */
export const judge = (
  probe: () => string | undefined,
  takesRoot: boolean = false,
  variable: Missing["variable"] = "REQUIRE_JUDGES"
): Judge => {
  let found: { readonly reason: string | undefined } | undefined
  return () => {
    const { reason } = found ??= { reason: probe() }
    return reason === undefined ? undefined : { reason, takesRoot, variable }
  }
}

/** The first of `judges` that lacks something speaks; none is asked after it. */
const all = (...judges: ReadonlyArray<Judge>): Judge => () => {
  for (const judge of judges) {
    const missing = judge()
    if (missing !== undefined) return missing
  }
  return undefined
}

const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error)

const failureOf = (use: () => void): string | undefined => {
  try {
    use()
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** Runs `command` as a process of its own; tells how it failed. */
const failureOfProcess = ([program = "", ...args]: ReadonlyArray<string>): string | undefined => {
  const { error, status, stderr } = spawnSync(program, args, {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8"
  })
  if (error !== undefined) return error.message
  return status === 0 ? undefined : /^\w*Error: .*$/m.exec(stderr)?.[0] ?? stderr.trim()
}

/** A program for Node whose call of the C library must succeed. */
const calling = (signature: string, args: string): ReadonlyArray<string> => [
  process.execPath,
  "--input-type=module",
  "--eval",
  `import koffi from "koffi"
  import { openSync } from "node:fs"
  if (koffi.load(null).func("${signature}")(${args}) !== 0) throw new Error("errno " + koffi.errno())`
]

const told = (what: string, failure: string | undefined): string | undefined =>
  failure === undefined ? undefined : `${what}: ${failure}`

/** System calls that Node has not. */
const koffi: Judge = judge(() => told("koffi cannot be loaded", failureOf(() => void loadKoffi())))

/** `openat2(2)`, which a sandbox may forbid. */
const openat2: Judge = all(
  koffi,
  judge(() => {
    using root = new KernelRoot("/")
    const answer = root.ask({ path: "/", resolve: Resolve.inRoot })
    return "ok" in answer ? undefined : `openat2 is not permitted here: ${answer.errno}`
  })
)

/** For what only root may do: giving files away, being another user. */
const root: Judge = judge(() => isRoot() ? undefined : "only root may do this", true)

/** util-linux, whose `unshare` makes the namespaces. */
const unshare: Judge = judge(() =>
  told("unshare of util-linux cannot be run", failureOfProcess(["unshare", "--version"]))
)

/** `chroot(2)`: root may; anybody else may in a user namespace, where those are allowed. */
const chroot: Judge = all(
  koffi,
  unshare,
  judge(() => told("a user namespace is not permitted here", failureOfProcess([...chrooting, "true"])), true),
  judge(() =>
    told("chroot is not permitted here", failureOfProcess([...chrooting, ...calling("int chroot(str)", `"/"`)]))
  )
)

/** Mounting, in a mount namespace of one's own. */
export const mount: Judge = all(
  koffi,
  unshare,
  judge(
    () =>
      told("a mount namespace is not permitted here", failureOfProcess([...mounting, "mount", "--rbind", "/", "/"])),
    true
  )
)

/** Mounting in the mount namespace that the tests run in. */
const mountHere: Judge = all(
  koffi,
  judge(() => told("mounting is not permitted here", failureOf(() => mountedTemporary()[Symbol.dispose]())), true)
)

/** A FUSE file system, in a mount namespace of one's own. */
const fuse: Judge = all(
  mount,
  judge(() => told("FUSE cannot be used", failureOf(() => closeSync(openSync("/dev/fuse", "r+")))), true),
  judge(() =>
    told(
      "a FUSE file system cannot be mounted",
      failureOfProcess([
        ...mounting,
        ...calling(
          "int mount(str, str, str, ulong, str)",
          `"none", "/", "fuse", 0, "fd=" + openSync("/dev/fuse", "r+") + ",rootmode=40000,user_id=0,group_id=0"`
        )
      ])
    )
  )
)

/** Settings of the kernel under `/proc/sys/fs`, to be changed for a while. */
const settings: Judge = judge(
  () =>
    told(
      "settings of the kernel cannot be changed",
      failureOf(() => closeSync(openSync(place("protected_symlinks"), "r+")))
    ),
  true
)

/** A pseudo terminal. */
const terminal: Judge = judge(() =>
  told("script of util-linux cannot be run", failureOfProcess(["script", "--version"]))
)

/** Where Chromium is: what `CHROMIUM_PATH` says, or one of the usual places. */
export const chromiumPath = (): string | undefined => {
  const named = process.env["CHROMIUM_PATH"]
  const places = ["chromium", "chromium-browser", "google-chrome"].map((name) => `/usr/bin/${name}`)
  return (named === undefined ? places : [named]).find((path) => existsSync(path))
}

/** A browser, which few machines have that run the tests of packages. */
const chromium: Judge = judge(
  () => chromiumPath() === undefined ? "there is no Chromium; CHROMIUM_PATH says where it is" : undefined,
  false,
  "REQUIRE_BROWSER"
)

const known = { chromium, koffi, openat2, root, chroot, mount, mountHere, fuse, settings, terminal }

/**
 * Whether a test that needs `judges` must be skipped, for `skipIf`; then the reason is printed. With `REQUIRE_JUDGES=1` it
 * throws, unless only root could have what is missing and somebody else runs the tests.
 */
export const without = (...judges: ReadonlyArray<keyof typeof known | Judge>): boolean => {
  const missing = all(...judges.map((judge) => typeof judge === "string" ? known[judge] : judge))()
  if (missing === undefined) return false
  const excused = missing.takesRoot && !isRoot()
  if (process.env[missing.variable] === "1" && !excused) {
    throw new Error(`${missing.variable}=1 forbids to skip a test, and ${missing.reason}`)
  }
  console.warn(`skipped: ${missing.reason}${excused ? " (root could run it)" : ""}`)
  return true
}
