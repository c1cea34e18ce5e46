/** Makes the call of a case, and returns the result in a form that can be compared. */
import { closing } from "../closing.js"
import type { OpenFlag, PlainFile, PlainFileSystem, PlainInfo } from "../edition.js"
import { PlainFailure } from "../edition.js"
import { attempt, Steps } from "./answer.js"
import type { Call, Step } from "./model.js"

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Leaves out the times, the device and the size of a directory, which depend on the file system. */
export const describe = ({ gid, mode, nlink, size, type, uid }: PlainInfo) => ({
  type,
  mode: mode.toString(8),
  uid: uid ?? null,
  gid: gid ?? null,
  ...(type === "File" ? { size, nlink: nlink ?? null } : {})
})

const readable = (flag: OpenFlag): boolean => flag === "r" || flag.includes("+")
const writable = (flag: OpenFlag): boolean => flag !== "r"

/** The newer methods. Cases with them are only run for editions that have them. */
const newer = (fs: PlainFileSystem): NonNullable<PlainFileSystem["newer"]> => {
  if (fs.newer === undefined) throw new Error("this file system has no newer methods")
  return fs.newer
}

/** Uses an open file as its flag allows: its attributes, a read, a write, and its attributes afterwards. */
const use = async (file: PlainFile, flag: OpenFlag) => {
  const { type } = await file.stat()
  if (type !== "File") return { type }
  const bytes = readable(flag) ? await file.readAlloc(7) : undefined
  if (writable(flag)) await file.writeAll(encode("!"))
  return { type, read: bytes === undefined ? null : decode(bytes), after: describe(await file.stat()) }
}

const take = async (fs: PlainFileSystem, file: PlainFile, step: Step): Promise<unknown> => {
  switch (step[0]) {
    case "close":
      return file.close()
    case "stat":
      return describe(await file.stat())
    case "sync":
      return file.sync()
    case "seek":
      return String(await file.seek(step[1], step[2]))
    case "read": {
      const buffer = new Uint8Array(step[1])
      const length = await file.read(buffer)
      return decode(buffer.subarray(0, length))
    }
    case "readAt": {
      const buffer = new Uint8Array(step[1])
      const length = await newer(fs).readAt(file, buffer, step[2])
      return decode(buffer.subarray(0, length))
    }
    case "readAlloc": {
      const bytes = await file.readAlloc(step[1])
      return bytes === undefined ? null : decode(bytes)
    }
    case "truncate": {
      const [, ...length] = step
      return file.truncate(...length)
    }
    case "write":
      return String(await file.write(encode(step[1])))
    case "writeAll":
      return file.writeAll(encode(step[1]))
  }
}

/** The outcome of each step. After a step that fails, the next one is still tried. */
const takeAll = async (fs: PlainFileSystem, file: PlainFile, steps: ReadonlyArray<Step>): Promise<Steps> => {
  const attempts = []
  for (const step of steps) attempts.push(await attempt(() => take(fs, file, step)))
  return new Steps(attempts)
}

const madeWithin = async (fs: PlainFileSystem, path: string) => ({ path, ...describe(await fs.stat(path)) })

const ignored = (error: unknown): undefined => {
  if (!(error instanceof PlainFailure)) throw error
}

/** Milliseconds between two changes of the watched file. */
const PERIOD = 5

/**
 * Changes the watched file again and again until there is an event, since nothing reports when a watch has started.
 * Which event comes first depends on that moment, but its path does not.
 */
const firstEvent = async (fs: PlainFileSystem, path: string): Promise<string | null> => {
  const info = await fs.stat(path).catch(ignored)
  const touched = info?.type === "Directory" ? `${path}/touched` : path
  let first: string | undefined
  let tell = () => {}
  const come = new Promise<void>((resolve) => tell = resolve)
  const watch = fs.watch(path, undefined, (event) => {
    first ??= event.path
    tell()
  })
  const over = new AbortController()
  const end = Promise.race([watch.ended, come]).finally(() => over.abort())
  const touch = async () => {
    while (!over.signal.aborted) {
      await fs.writeFileString(touched, "touched\n").catch(ignored)
      if (!over.signal.aborted) {
        await Promise.race([new Promise((resolve) => setTimeout(resolve, PERIOD)), end.catch(() => {})])
      }
    }
  }
  // Waits for the last write, since the tree is compared afterwards.
  await Promise.allSettled([end, info === undefined ? undefined : touch()])
  await end
  await watch.stop()
  return first ?? null
}

/** The result of the call of a case. Everything that it opens is closed before this returns. */
export const perform = async (fs: PlainFileSystem, call: Call): Promise<unknown> => {
  switch (call.method) {
    case "makeTempDirectory":
    case "makeTempFile":
      return madeWithin(fs, await fs[call.method](...call.args))
    case "makeTempDirectoryScoped":
    case "makeTempFileScoped":
      return closing(fs[call.method](...call.args), ({ path }) => madeWithin(fs, path))
    case "lstat":
      return describe(await newer(fs).lstat(...call.args))
    case "open":
    case "openNoFollow": {
      const { steps } = call
      const args: Parameters<PlainFileSystem["open"]> = call.args
      const open: PlainFileSystem["open"] = call.method === "open" ? fs.open : newer(fs).openNoFollow
      return closing(
        open(...args),
        (file): Promise<unknown> => steps === undefined ? use(file, args[1]?.flag ?? "r") : takeAll(fs, file, steps)
      )
    }
    case "readDirectory":
      return (await fs.readDirectory(...call.args)).toSorted()
    case "readDirectoryEntries":
      return (await newer(fs).readDirectoryEntries(...call.args)).map(({ name, type }) => `${name} ${type}`).toSorted()
    case "readFile":
      return decode(await fs.readFile(...call.args))
    case "sink": {
      const [path, options] = call.args
      return fs.sink(path, options, (call.chunks ?? ["sunk ", "in\n"]).map(encode))
    }
    case "stat":
      return describe(await fs.stat(...call.args))
    case "stream":
      return decode(await fs.stream(...call.args))
    case "watch":
      return firstEvent(fs, call.args[0])
    case "makeDirectory":
      // Effect's layer for Node also returns the result of `fs.mkdir`.
      return void await fs.makeDirectory(...call.args)
    default: {
      const method = fs[call.method] as (...args: ReadonlyArray<unknown>) => Promise<unknown> // `Case` checks the types
      return method(...call.args)
    }
  }
}
