/** `root.directory`, in the form that the shared suites use. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import type { OpenFileSystem, PlainRootDirectory } from "@procfsroot/testkit/edition"
import { calling } from "./failures.js"

const collect = async <A>(
  entries: AsyncIterable<A>,
  take = Number.POSITIVE_INFINITY,
  each: (entry: A) => void = () => {}
): Promise<ReadonlyArray<A>> => {
  const found: Array<A> = []
  if (take === 0) return found
  for await (const entry of entries) {
    each(entry)
    found.push(entry)
    if (found.length === take) break
  }
  return found
}

export const plainRootDirectory = (
  { directory, subRoot }: Pick<OpenRoot, "directory" | "subRoot">,
  inside: (root: OpenRoot) => OpenFileSystem
): PlainRootDirectory => ({
  getExtendedAttribute: (path, ...rest) =>
    calling("getExtendedAttribute", path, () => directory.getExtendedAttribute(path, ...rest)),
  lchown: (path, ...rest) => calling("lchown", path, () => directory.lchown(path, ...rest)),
  listExtendedAttributes: (path, ...rest) =>
    calling("listExtendedAttributes", path, () => directory.listExtendedAttributes(path, ...rest)),
  lstat: (path) => calling("lstat", path, () => directory.lstat(path)),
  lutimes: (path, ...rest) => calling("lutimes", path, () => directory.lutimes(path, ...rest)),
  makeNode: (path, ...rest) => calling("makeNode", path, () => directory.makeNode(path, ...rest)),
  openDescriptor: (path, ...rest) =>
    calling("openDescriptor", path, async () => {
      const descriptor = await directory.openDescriptor(path, ...rest)
      return { fd: descriptor.fd, close: descriptor.close }
    }),
  readDirectoryEntries: (path, ...rest) =>
    calling("readDirectoryEntries", path, () => directory.readDirectoryEntries(path, ...rest)),
  readFileBounded: (path, ...rest) => calling("readFileBounded", path, () => directory.readFileBounded(path, ...rest)),
  removeExtendedAttribute: (path, ...rest) =>
    calling("removeExtendedAttribute", path, () => directory.removeExtendedAttribute(path, ...rest)),
  rename: (from, ...rest) => calling("rename", from, () => directory.rename(from, ...rest)),
  setExtendedAttribute: (path, ...rest) =>
    calling("setExtendedAttribute", path, () => directory.setExtendedAttribute(path, ...rest)),
  sinkAtomic: (path, parts, options, signal) =>
    calling("sinkAtomic", path, () => directory.writeFileAtomic(path, parts, { ...options, signal })),
  stat: (path) => calling("stat", path, () => directory.stat(path)),
  statfs: (path) => calling("statfs", path, () => directory.statfs(path)),
  streamDirectoryEntries: (path, take, signal) =>
    calling("streamDirectoryEntries", path, () => collect(directory.streamDirectoryEntries(path, { signal }), take)),
  subRoot: (path, options) => calling("subRoot", path, async () => inside(await subRoot(path, options))),
  walkTree: (path, { each, take, ...options } = {}) =>
    calling("walkTree", path, () => collect(directory.walkTree(path, options), take, each)),
  writeFileAtomic: (path, ...rest) => calling("writeFileAtomic", path, () => directory.writeFileAtomic(path, ...rest))
})
