/** What the victim does: every operation of a file system. Each passes its results to the world, which checks them. */
import { closing } from "../closing.js"
import type { PlainFileSystem } from "../edition.js"
import { NAMES, type World } from "./world.js"

interface Situation {
  readonly fs: PlainFileSystem
  readonly world: World
  /** The directory to work in. */
  readonly at: string
  /** The number of the name to use, below `NAMES`. */
  readonly k: number
}

type Operation = (situation: Situation) => Promise<unknown>

const data = new TextEncoder().encode("written by the victim")
const then = new Date(1_000_000_000_000)

/** Looks at the file at a path, and at everything below it. */
const look = async ({ fs, world }: Situation, place: string): Promise<void> => {
  const info = await fs.stat(place)
  world.file("scratch", info)
  if (info.type === "File") return world.bytes("scratch", await fs.readFile(place))
  const names = await fs.readDirectory(place, { recursive: true })
  world.names("scratch", names)
  for (const name of names.filter((name) => name.endsWith("/f") || name === "f")) {
    world.bytes("scratch", await fs.readFile(`${place}/${name}`))
  }
}

const ignore = () => {}

/** Gives an operation a path of its own in the root that is not attacked. The result is looked at, and then removed. */
const scratch = async (situation: Situation, use: (place: string) => Promise<unknown>) => {
  const place = `/scratch/${count++}`
  try {
    return await use(place)
  } finally {
    await look(situation, place).catch(ignore)
    await situation.fs.remove(place, { recursive: true, force: true }).catch(ignore)
  }
}

let count = 0

export const operations: Readonly<Record<string, Operation>> = {
  readFile: async ({ at, fs, world }) => world.bytes("readFile", await fs.readFile(`${at}/f`)),
  stream: async ({ at, fs, world }) => world.bytes("stream", await fs.stream(`${at}/l`)),
  readDirectory: async ({ at, fs, world }) => world.names("readDirectory", await fs.readDirectory(at)),
  readDirectoryRecursive: async ({ at, fs, world }) =>
    world.names("readDirectory", await fs.readDirectory(at, { recursive: true })),
  readDirectoryOfAll: async ({ fs, world }) =>
    world.names("readDirectory", await fs.readDirectory("/a/..", { recursive: true })),
  stat: async ({ at, fs, world }) => world.file("stat", await fs.stat(`${at}/f`)),
  statDirectory: async ({ at, fs, world }) => world.file("stat", await fs.stat(`${at}/`)),
  access: ({ at, fs }) => fs.access(`${at}/f`, { readable: true, writable: true }),
  exists: ({ at, fs }) => fs.exists(`${at}/only-outside`),
  openAndRead: ({ at, fs, world }) =>
    closing(fs.open(`${at}/f`), async (file) => {
      world.file("open", await file.stat())
      const bytes = await file.readAlloc(100)
      if (bytes !== undefined) world.bytes("open", bytes)
    }),
  openAndWrite: ({ at, fs }) => closing(fs.open(`${at}/f`, { flag: "r+" }), (file) => file.writeAll(data)),
  append: ({ at, fs }) => fs.writeFile(`${at}/l`, data, { flag: "a" }),
  writeFile: ({ at, fs }) => fs.writeFile(`${at}/f`, data),
  sink: ({ at, fs }) => fs.sink(`${at}/f`, undefined, [data]),
  create: ({ at, fs, k }) => fs.writeFile(`${at}/new-${k}`, data),
  createExclusive: ({ at, fs, k }) => fs.writeFile(`${at}/new-${k}`, data, { flag: "wx" }),
  removeFile: ({ at, fs, k }) => fs.remove(`${at}/new-${k}`),
  makeDirectory: ({ at, fs, k }) => fs.makeDirectory(`${at}/made-${k}`),
  makeDirectories: ({ at, fs, k }) => fs.makeDirectory(`${at}/made-${k}/x/y/z`, { recursive: true }),
  removeDirectories: ({ at, fs, k }) => fs.remove(`${at}/made-${k}`, { recursive: true }),
  makeTemporary: async ({ at, fs }) => {
    const path = await fs.makeTempFile({ directory: at })
    await fs.remove(path.slice(0, path.lastIndexOf("/")), { recursive: true })
  },
  removeTree: ({ at, fs, k }) => fs.remove(`${at}/tree-${k}`, { recursive: true }),
  removeTreeByForce: ({ at, fs, k }) => fs.remove(`${at}/tree-${k}/`, { recursive: true, force: true }),
  makeTree: async ({ at, fs, k }) => {
    await fs.makeDirectory(`${at}/tree-${k}/x/y`, { recursive: true })
    await fs.writeFile(`${at}/tree-${k}/x/f`, data)
  },
  copyOut: (situation) => scratch(situation, (place) => situation.fs.copy(situation.at, place)),
  copyTreeOut: (situation) =>
    scratch(
      situation,
      (place) =>
        situation.fs.copy(`${situation.at}/tree-${situation.k}`, `${place}/x`, {
          overwrite: true,
          preserveTimestamps: true
        })
    ),
  copyIn: ({ at, fs, k }) => fs.copy("/plain", `${at}/copied-${k}`, { overwrite: true, preserveTimestamps: true }),
  removeCopy: ({ at, fs, k }) => fs.remove(`${at}/copied-${k}`, { recursive: true }),
  copyLinkOrFileOut: (situation) =>
    scratch(situation, (place) => situation.fs.copy(`${situation.at}/f`, place, { overwrite: true })),
  copyFileOut: (situation) => scratch(situation, (place) => situation.fs.copyFile(`${situation.at}/f`, place)),
  copyFileIn: ({ at, fs }) => fs.copyFile("/plain/f", `${at}/f`),
  rename: ({ at, fs, k }) => fs.rename(`${at}/new-${k}`, `${at}/new-${(k + 1) % NAMES}`),
  renameTree: ({ at, fs, k }) => fs.rename(`${at}/tree-${k}`, `${at}/tree-${(k + 1) % NAMES}`),
  renameOut: (situation) =>
    scratch(situation, (place) => situation.fs.rename(`${situation.at}/tree-${situation.k}`, place)),
  renameIn: (situation) =>
    scratch(situation, async (place) => {
      await situation.fs.writeFile(place, data)
      await situation.fs.rename(place, `${situation.at}/new-${situation.k}`)
    }),
  symlink: ({ at, fs, k }) => fs.symlink("f", `${at}/link-${k}`),
  removeLink: ({ at, fs, k }) => fs.remove(`${at}/link-${k}`),
  writeThroughLink: ({ at, fs, k }) => fs.writeFile(`${at}/link-${k}`, data),
  linkOut: (situation) => scratch(situation, (place) => situation.fs.link(`${situation.at}/f`, place)),
  linkIn: ({ at, fs, k }) => fs.link("/plain/f", `${at}/new-${k}`),
  chmod: ({ at, fs, k }) => fs.chmod(`${at}/f`, 0o600 + k),
  chmodDirectory: ({ at, fs, k }) => fs.chmod(`${at}/tree-${k}`, 0o700 + k),
  chown: ({ at, fs }) => fs.chown(`${at}/f`, process.getuid?.() ?? 0, process.getgid?.() ?? 0),
  utimes: ({ at, fs }) => fs.utimes(`${at}/f`, then, then),
  truncate: ({ at, fs, k }) => fs.truncate(`${at}/f`, k),
  readLink: ({ at, fs }) => fs.readLink(`${at}/l`),
  readLinkOrDirectory: ({ at, fs }) => fs.readLink(at),
  realPath: async ({ at, fs, world }) => {
    const path = await fs.realPath(`${at}/f`)
    // The path of `outside` also exists inside the root, so only that file can be meant.
    if (path.startsWith(world.base) && !path.startsWith(`${world.outside}/`)) world.escapes.push(`realPath: ${path}`)
  }
}

/** Separate from the other operations, since it takes longer. */
export const watch: Operation = async ({ at, fs }) => {
  const watch = fs.watch(at, { recursive: true }, ignore)
  try {
    await Promise.race([watch.ended, new Promise((resolve) => setTimeout(resolve, 1))])
  } finally {
    await watch.stop()
  }
}
