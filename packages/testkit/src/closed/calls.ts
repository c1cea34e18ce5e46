/** Calls every method of a file system and of an open file, and collects the errors. */
import { type NewerMethods, PlainFailure, type PlainFile, type PlainFileSystem } from "../edition.js"

const bytes = new TextEncoder().encode("written")

type Calls<S> = Readonly<Record<string, (subject: S) => Promise<unknown>>>

const calls = {
  access: (fs) => fs.access("/f"),
  chmod: (fs) => fs.chmod("/f", 0o600),
  chown: (fs) => fs.chown("/f", 1, 1),
  copy: (fs) => fs.copy("/d", "/copied"),
  copyFile: (fs) => fs.copyFile("/f", "/copied"),
  exists: (fs) => fs.exists("/f"),
  link: (fs) => fs.link("/f", "/linked"),
  makeDirectory: (fs) => fs.makeDirectory("/made/deep", { recursive: true }),
  makeTempDirectory: (fs) => fs.makeTempDirectory(),
  makeTempDirectoryScoped: (fs) => fs.makeTempDirectoryScoped(),
  makeTempFile: (fs) => fs.makeTempFile(),
  makeTempFileScoped: (fs) => fs.makeTempFileScoped(),
  open: (fs) => fs.open("/f", { flag: "r+" }),
  readDirectory: (fs) => fs.readDirectory("/", { recursive: true }),
  readFile: (fs) => fs.readFile("/f"),
  readFileString: (fs) => fs.readFileString("/f"),
  readLink: (fs) => fs.readLink("/l"),
  realPath: (fs) => fs.realPath("/l"),
  remove: (fs) => fs.remove("/d", { recursive: true }),
  rename: (fs) => fs.rename("/f", "/renamed"),
  sink: (fs) => fs.sink("/f", undefined, [bytes]),
  stat: (fs) => fs.stat("/f"),
  stream: (fs) => fs.stream("/f"),
  symlink: (fs) => fs.symlink("f", "/linked"),
  truncate: (fs) => fs.truncate("/f"),
  utimes: (fs) => fs.utimes("/f", 1, 1),
  watch: (fs) => fs.watch("/", undefined, () => {}).ended,
  writeFile: (fs) => fs.writeFile("/f", bytes),
  writeFileString: (fs) => fs.writeFileString("/f", "written")
} satisfies { readonly [M in Exclude<keyof PlainFileSystem, "newer">]: Calls<PlainFileSystem>[string] }

const newerCalls = {
  lstat: (newer) => newer.lstat("/l"),
  openNoFollow: (newer) => newer.openNoFollow("/f"),
  readDirectoryEntries: (newer) => newer.readDirectoryEntries("/")
} satisfies { readonly [M in Exclude<keyof NewerMethods, "readAt">]: Calls<NewerMethods>[string] }

const fileCalls = {
  read: (file) => file.read(new Uint8Array(4)),
  readAlloc: (file) => file.readAlloc(4),
  stat: (file) => file.stat(),
  sync: (file) => file.sync(),
  truncate: (file) => file.truncate(1),
  write: (file) => file.write(bytes),
  writeAll: (file) => file.writeAll(bytes)
} satisfies { readonly [M in Exclude<keyof PlainFile, "close" | "seek">]: Calls<PlainFile>[string] }

/** The errno of a documented failure; anything else is returned unchanged. */
export const errno = async (call: () => Promise<unknown>): Promise<unknown> => {
  try {
    return { succeeded: await call() }
  } catch (error) {
    return error instanceof PlainFailure ? error.code : { died: error }
  }
}

const errnos = async <S>(calls: Calls<S>, subject: S): Promise<ReadonlyArray<readonly [string, unknown]>> => {
  const results: Array<readonly [string, unknown]> = []
  for (const [method, call] of Object.entries(calls)) results.push([method, await errno(() => call(subject))])
  return results
}

/** The result of each method of a file system, including those of newer editions. */
export const tryAll = async (fs: PlainFileSystem): Promise<Readonly<Record<string, unknown>>> => {
  const { newer } = fs
  const results = await errnos<PlainFileSystem>(calls, fs)
  const more = newer === undefined ? [] : await errnos<NewerMethods>(newerCalls, newer)
  return Object.fromEntries([...results, ...more])
}

/** The result of each method of a file. */
export const tryFile = async (file: PlainFile): Promise<Readonly<Record<string, unknown>>> =>
  Object.fromEntries(await errnos<PlainFile>(fileCalls, file))
