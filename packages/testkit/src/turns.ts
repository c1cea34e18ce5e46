/**
 * Checks that timers fire while a program performs operations in a loop. In Node, each operation waits for another
 * thread, so programs rely on this.
 */
import { writeFileSync } from "node:fs"
import { expect, it } from "vitest"
import type { OpenFileSystem, RootEdition } from "./edition.js"
import { busy } from "./busy.js"
import { temporary } from "./temporary.js"

/** Far more operations than there is time for in two milliseconds. */
export const MOST_OPERATIONS = 20_000

/** Performs an operation until a timer fires, and returns whether it has fired. */
export const firesDuring = async (operation: () => Promise<unknown>): Promise<boolean> => {
  const fired = AbortSignal.timeout(1)
  for (let i = 0; i < MOST_OPERATIONS && !fired.aborted; i++) await operation().catch(() => {})
  return fired.aborted
}

/** Defines tests of a file system that contains `/f`. */
export const timersFire = (name: string, open: () => Promise<OpenFileSystem>): void => {
  it(`timers fire during a loop of operations: ${name}`, async () => {
    const { close, fs, root } = await open()
    try {
      const operations: Readonly<Record<string, () => Promise<unknown>>> = {
        stat: () => fs.stat("/f"),
        "stat of a missing file": () => fs.stat("/none"),
        exists: () => fs.exists("/f"),
        readFile: () => fs.readFile("/f"),
        readDirectory: () => fs.readDirectory("/"),
        rename: () => fs.rename("/f", "/f"),
        resolve: () => root.resolve("/f"),
        "resolve of a missing file": () => root.resolve("/none"),
        locate: () => root.locate("/f")
      }
      const fired: Record<string, boolean> = {}
      for (const [name, operation] of Object.entries(operations)) fired[name] = await firesDuring(operation)
      expect(Object.keys(fired).filter((name) => fired[name] !== true)).toEqual([])
    } finally {
      await close()
    }
  })

  it(`many programs together take no longer turns than one: ${name}`, async () => {
    const { close, fs } = await open()
    try {
      const programs = Array.from({ length: 20 }, () => fs)
      const answers = await mostInOneTurn((answered) =>
        Promise.all(programs.map(async (fs) => {
          for (let i = 0; i < 3; i++) {
            busy(3) // longer than a turn has
            await fs.stat("/f")
            answered()
          }
        }))
      )
      expect(answers).toBeLessThan(programs.length / 2)
    } finally {
      await close()
    }
  })

  it(`no operation overtakes another that waits for the next turn: ${name}`, async () => {
    const { close, fs, root } = await open()
    try {
      const first = root.locate("/f")
      busy(5) // uses up the time of this turn
      const found = [first, root.resolve("/f"), root.locate("/f"), root.explain("/f"), fs.stat("/f")]
      await Promise.all([...found, fs.remove("/f")])
      expect((await root.locate("/f")).error).toBeDefined()
      expect(await Promise.all(found)).toMatchObject([{}, { ok: "/f" }, { deepest: "/f", remaining: "" }, {
        path: "/f"
      }, {}])
    } finally {
      await close()
    }
  })
}

/** The number of times that something happened in the turn of the event loop in which it happened most. */
const mostInOneTurn = async (run: (happened: () => void) => Promise<unknown>): Promise<number> => {
  const counts = [0]
  let next = setImmediate(function count() {
    counts.push(0)
    next = setImmediate(count)
  })
  await run(() => counts.push((counts.pop() ?? 0) + 1)).finally(() => clearImmediate(next))
  return Math.max(...counts)
}

/** The same for the file systems on a disk. */
export const timersFireOnDisk = ({ node }: Pick<RootEdition, "node">): void => {
  for (const strategy of ["kernel", "walk"] as const) {
    timersFire(`on a disk, ${strategy}`, async () => {
      const place = temporary()
      writeFileSync(`${place.path}/f`, "content")
      const opened = await node(place.path, { strategy })
      return {
        ...opened,
        close: async () => {
          await opened.close()
          place[Symbol.dispose]()
        }
      }
    })
  }
}
