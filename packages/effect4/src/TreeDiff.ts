/**
 * Compares two trees, such as two snapshots of a `MemoryFileSystem`. The differences are available as data, as text,
 * and in a matcher for vitest and Jest.
 *
 * @since 0.1.0
 */
export * from "@procfsroot/vfs/TreeDiff"
