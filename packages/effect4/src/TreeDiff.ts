/**
 * What differs between two trees, such as two snapshots of a `MemoryFileSystem`: as data, as text for people, and as a
 * matcher for vitest and Jest.
 *
 * @since 0.1.0
 */
export * from "@procfsroot/vfs/TreeDiff"
