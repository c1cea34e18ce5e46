/**
 * @since 0.1.0
 */
export * as EvalSymlinks from "./EvalSymlinks.js"

/**
 * @since 0.1.0
 */
export * as EventLoop from "./EventLoop.js"

/**
 * @since 0.1.0
 */
export * as FileSystemError from "./FileSystemError.js"

/**
 * @since 0.1.0
 */
export * as MemoryFileSystem from "./MemoryFileSystem.js"

/**
 * @since 0.1.0
 */
export * as MemoryProcesses from "./MemoryProcesses.js"

/**
 * @since 0.1.0
 */
export * as ResolveError from "./ResolveError.js"

/**
 * @since 0.1.0
 */
export * as Root from "./Root.js"

/**
 * @since 0.1.0
 */
export * as RootDirectory from "./RootDirectory.js"

/**
 * @since 0.1.0
 */
export * as RootFileSystem from "./RootFileSystem.js"

/**
 * @since 0.1.0
 */
export * as TreeDiff from "./TreeDiff.js"

/**
 * @since 0.1.0
 */
export * as VfsFileSystem from "./VfsFileSystem.js"

/**
 * @since 0.1.0
 */
export * as Wormhole from "./Wormhole.js"

/**
 * @since 0.1.0
 */
export * as WormholeError from "./WormholeError.js"
