/** Questions about directories that several users can write to: files, fifos, sockets and links of each of them. */
import { closing } from "../closing.js"
import type { Question } from "./answer.js"
import { type Spec, USER } from "./questions.js"

const OTHER = 4321

const directories = { open: 0o777, world: 0o1777, group: 0o1775, own: 0o1755 }
const owners = { root: 0, user: USER, other: OTHER }

const ownedDirectories = Object.entries(directories).flatMap(([kind, mode]) =>
  Object.entries(owners).map(([owner, uid]): Spec => ({ path: `/${kind}-${owner}`, mode, uid }))
)

const ownedFiles = ownedDirectories.flatMap(({ path }) =>
  Object.entries(owners).flatMap(([owner, uid]): ReadonlyArray<Spec> => [
    { path: `${path}/file-${owner}`, content: "content", mode: 0o666, uid },
    { path: `${path}/fifo-${owner}`, special: "FIFO", mode: 0o666, uid },
    { path: `${path}/socket-${owner}`, special: "Socket", mode: 0o666, uid },
    { path: `${path}/link-${owner}`, target: "/file", uid },
    { path: `${path}/dir-${owner}`, target: "../dir", uid },
    { path: `${path}/nowhere-${owner}`, target: "nowhere", uid },
    { path: `${path}/twice-${owner}`, target: `/world-root/link-${owner}`, uid }
  ])
)

export const tree: ReadonlyArray<Spec> = [
  { path: "/", mode: 0o777 },
  { path: "/file", content: "reached by a link", mode: 0o666 },
  { path: "/dir", mode: 0o777 },
  { path: "/dir/file", content: "reached by a link", mode: 0o666 },
  { path: "/to", target: "world-root/link-other" },
  ...ownedDirectories,
  ...ownedFiles
]

const bytes = new TextEncoder().encode("written")

const asked = (path: string): ReadonlyArray<Question> => [
  { name: `stat(${path})`, ask: async (fs) => void await fs.stat(path) },
  { name: `readLink(${path})`, ask: (fs) => fs.readLink(path) },
  { name: `open(${path}, a+)`, ask: (fs) => closing(fs.open(path, { flag: "a+" }), async () => {}) },
  { name: `writeFile(${path}, wx)`, ask: (fs) => fs.writeFile(path, bytes, { flag: "wx" }) }
]

const questionsAbout = (path: string): ReadonlyArray<Question> => {
  const ways = path.includes("dir-") ? ["", "/", "/file"] : path.includes("link-") ? ["", "/"] : [""]
  return [
    ...ways.flatMap((way) => asked(path + way)),
    // Not for fifos and sockets, where writing needs a process at the other end.
    ...(path.includes("fifo") || path.includes("socket") ? [] : [
      { name: `writeFile(${path})`, ask: (fs: Parameters<Question["ask"]>[0]) => fs.writeFile(path, bytes) },
      { name: `copyFile(/file, ${path})`, ask: (fs: Parameters<Question["ask"]>[0]) => fs.copyFile("/file", path) }
    ])
  ]
}

export const questions: ReadonlyArray<Question> = [
  ...questionsAbout("/to"),
  ...ownedFiles.flatMap(({ path }) => questionsAbout(path))
]

/**
 * Whether a question leaves the tree unchanged. Changed contents do not matter, since no question reads a file. New
 * files do, and so does a failed copy, since Node then removes the destination.
 */
export const keeps = ({ name }: Question, answer: object): boolean =>
  /^(stat|readLink)/.test(name) || ("error" in answer ? !name.startsWith("copyFile") : !name.includes("nowhere"))
