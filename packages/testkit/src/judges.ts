/**
 * What a test can need and a machine can lack: the kernel's answers, `chroot`, a mount namespace, root. Every test that
 * can be skipped asks here, so that the reason is printed, and so that it fails instead with `REQUIRE_JUDGES=1`.
 *
 * @example
 * describe.skipIf(without("openat2", "root"))("permissions", () => {})
 */
import { spawnSync } from "node:child_process"
import { closeSync, existsSync, openSync } from "node:fs"
import { release } from "node:os"
import { fileURLToPath } from "node:url"
import { isMainThread } from "node:worker_threads"
import { KernelRoot, Resolve } from "./kernel.js"
import { landlockVersion } from "./landlock.js"
import { chrooting, mounting } from "./namespace.js"
import { mountedTemporary } from "./mounts.js"
import { koffi as loadKoffi } from "./native.js"
import { isNode, node } from "./runtime.js"
import { place } from "./sysctl.js"

export interface Missing {
  readonly reason: string
  /** Whether root could have it on this machine. Then an ordinary user can skip the test. */
  readonly takesRoot: boolean
  /** The environment variable that makes it required. Not every machine has all of these. */
  readonly variable:
    | "REQUIRE_JUDGES"
    | "REQUIRE_CONTAINERS"
    | "REQUIRE_PROGRAMS"
    | "REQUIRE_BROWSER"
    | "REQUIRE_FIREFOX"
    | "REQUIRE_CC"
    | "REQUIRE_DEBUGFS"
    | "REQUIRE_KERNEL_FEATURES"
}

/** Returns what is missing, or `undefined` if nothing is. */
export type Judge = () => Missing | undefined

const isRoot = (): boolean => process.getuid?.() === 0

/** A judge that calls `probe` once per process. `probe` returns the reason if something is missing. */
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

/** A kernel that is new enough. `what` is what older ones do not do. */
export const linux = (major: number, minor: number, what: string): Judge => {
  const [ours = 0, oursMinor = 0] = release().split(".").map(Number)
  const isNew = ours > major || (ours === major && oursMinor >= minor)
  return judge(() => isNew ? undefined : `Linux before ${major}.${minor} does not ${what}`)
}

/** Asks judges in order until one lacks something. */
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

/** Runs a command, and returns how it failed. */
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
  node,
  "--input-type=module",
  "--eval",
  `import koffi from "koffi"
  import { openSync } from "node:fs"
  if (koffi.load(null).func("${signature}")(${args}) !== 0) throw new Error("errno " + koffi.errno())`
]

const reasonOf = (what: string, failure: string | undefined): string | undefined =>
  failure === undefined ? undefined : `${what}: ${failure}`

/** System calls that Node lacks. */
const koffi: Judge = judge(() => reasonOf("koffi cannot be loaded", failureOf(() => void loadKoffi())))

/** `openat2(2)`, which a sandbox can forbid. */
const openat2: Judge = all(
  koffi,
  judge(() => {
    using root = new KernelRoot("/")
    const answer = root.ask({ path: "/", resolve: Resolve.inRoot })
    return "ok" in answer ? undefined : `openat2 is not permitted here: ${answer.errno}`
  })
)

/** Landlock, by which a process restricts itself, and which a kernel may lack on which all other tests can run. */
const landlock: Judge = all(
  koffi,
  judge(() => reasonOf("Landlock cannot be used", failureOf(landlockVersion)), false, "REQUIRE_KERNEL_FEATURES")
)

/** The user, the group and the umask of the process, which only its main thread can change through Node. */
const ownProcess: Judge = judge(() =>
  isMainThread ? undefined : "the tests run in a worker thread, for example of `npm run test:mutation`"
)

/** Root, for example to give files away or to become another user. */
const root: Judge = judge(() => isRoot() ? undefined : "only root can do this", true)

/** `unshare` of util-linux, which creates the namespaces. */
const unshare: Judge = judge(() =>
  reasonOf("unshare of util-linux cannot be run", failureOfProcess(["unshare", "--version"]))
)

/** A new user namespace, which root may also be forbidden to make, for example in a container. */
export const userNamespaces: Judge = all(
  unshare,
  judge(() => reasonOf("a user namespace is not permitted here", failureOfProcess(["unshare", "--user", "true"])), true)
)

/** `chroot(2)`, which root can use directly, and others in a user namespace, if those are allowed. */
const chroot: Judge = all(
  koffi,
  unshare,
  judge(() => reasonOf("a user namespace is not permitted here", failureOfProcess([...chrooting, "true"])), true),
  judge(() =>
    reasonOf("chroot is not permitted here", failureOfProcess([...chrooting, ...calling("int chroot(str)", `"/"`)]))
  )
)

/** Mounting in a new mount namespace. */
export const mount: Judge = all(
  koffi,
  unshare,
  judge(
    () =>
      reasonOf(
        "a mount namespace is not permitted here",
        failureOfProcess([...mounting, "mount", "--rbind", "/", "/"])
      ),
    true
  )
)

/** A mount with an option that older kernels, or older versions of `mount(8)`, do not know. */
export const mountOption = (option: string): Judge =>
  all(
    mount,
    judge(
      () =>
        reasonOf(
          `nothing can be mounted with ${option}`,
          failureOfProcess([...mounting, "mount", "-t", "tmpfs", "-o", option, "none", "/"])
        ),
      false,
      "REQUIRE_KERNEL_FEATURES"
    )
  )

/** Mounting in the mount namespace that the tests run in. */
const mountHere: Judge = all(
  koffi,
  judge(() => reasonOf("mounting is not permitted here", failureOf(() => mountedTemporary()[Symbol.dispose]())), true)
)

/** A FUSE file system in a new mount namespace. */
const fuse: Judge = all(
  mount,
  judge(() => reasonOf("FUSE cannot be used", failureOf(() => closeSync(openSync("/dev/fuse", "r+")))), true),
  judge(() =>
    reasonOf(
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

/** Kernel settings under `/proc/sys/fs` that a test can change. */
const settings: Judge = judge(
  () =>
    reasonOf(
      "kernel settings cannot be changed",
      failureOf(() => closeSync(openSync(place("protected_symlinks"), "r+")))
    ),
  true
)

/** Node, where Bun and Deno lack something or behave differently. */
export const onlyOnNode = (why: string): Judge => judge(() => isNode ? undefined : why)

/** Node's own file system in this process. */
const nodeFs: Judge = onlyOnNode("only Node has the node:fs with which it is compared")

/** A pseudo terminal. */
const terminal: Judge = judge(() =>
  reasonOf("script of util-linux cannot be run", failureOfProcess(["script", "--version"]))
)

/** The path of Chromium: `CHROMIUM_PATH`, or one of the usual places. */
export const chromiumPath = (): string | undefined => {
  const named = process.env["CHROMIUM_PATH"]
  const places = ["chromium", "chromium-browser", "google-chrome"].map((name) => `/usr/bin/${name}`)
  return (named === undefined ? places : [named]).find((path) => existsSync(path))
}

/** A browser, which few machines have. */
const chromium: Judge = judge(
  () => chromiumPath() === undefined ? "Chromium was not found; set CHROMIUM_PATH to its path" : undefined,
  false,
  "REQUIRE_BROWSER"
)

const known = {
  chromium,
  koffi,
  openat2,
  landlock,
  ownProcess,
  root,
  chroot,
  mount,
  mountHere,
  fuse,
  settings,
  nodeFs,
  terminal
}

/**
 * Whether a test that needs `judges` must be skipped, for `skipIf`. If so, it prints the reason. With
 * `REQUIRE_JUDGES=1`, it throws instead, unless the missing judge needs root and another user runs the tests.
 */
export const without = (...judges: ReadonlyArray<keyof typeof known | Judge>): boolean => {
  const missing = all(...judges.map((judge) => typeof judge === "string" ? known[judge] : judge))()
  if (missing === undefined) return false
  const excused = missing.takesRoot && !isRoot()
  if (process.env[missing.variable] === "1" && !excused) {
    throw new Error(`${missing.variable}=1 does not allow skipping this test, but ${missing.reason}`)
  }
  console.warn(`skipped: ${missing.reason}${excused ? " (root could run it)" : ""}`)
  return true
}
