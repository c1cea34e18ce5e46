/** A process whose first thread has ended before another one. The kernel shows it as a zombie, which has no root. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { expect, it } from "vitest"
import type { RootEdition } from "../edition.js"
import { judge, without } from "../judges.js"
import { temporary } from "../temporary.js"

/** The number of exit(2), which ends only the thread that calls it. */
const exit: { readonly [arch: string]: number | undefined } = { x64: 60, arm64: 93 }

const known = judge(() =>
  exit[process.arch] === undefined ? `the number of exit(2) is not known on ${process.arch}` : undefined
)

const program = `
  import koffi from "koffi"
  import { writeSync } from "node:fs"
  const libc = koffi.load(null)
  const exitThread = libc.func("long syscall(long number, long status)")
  libc.func("int chroot(str)")(process.argv[1])
  writeSync(1, "ready")
  exitThread(${exit[process.arch]}, 0)
`

const started = async (directory: string) => {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program, directory], {
    cwd: new URL("../../", import.meta.url),
    stdio: ["ignore", "pipe", "inherit"]
  })
  await once(child.stdout, "data")
  const { pid = 0 } = child
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, "latin1")).toMatch(/^\d+ \(.*\) Z /)
  return { pid, [Symbol.dispose]: () => void child.kill("SIGKILL") }
}

export const firstThreads = ({ wormhole }: Pick<RootEdition, "wormhole">): void => {
  it.skipIf(without("root", "chroot", "koffi", known))(
    "the root of a process whose first thread has ended is that of another thread",
    async () => {
      using directory = temporary()
      writeFileSync(`${directory.path}/who`, "the process")
      using child = await started(directory.path)
      const { close, fs, root } = await wormhole(child.pid)
      expect(await fs.readFileString("/who")).toBe("the process")
      expect(readFileSync(root.hostPath("/who"), "utf8")).toBe("the process")
      await close()
    }
  )
}
