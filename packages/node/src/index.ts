/**
 * @since 0.1.0
 */
export * as FileSystem from "./FileSystem.js"

/**
 * @since 0.1.0
 */
export * as Fs from "./Fs.js"

/**
 * @since 0.1.0
 */
export * as MemoryProcesses from "./MemoryProcesses.js"

/**
 * @since 0.1.0
 */
export * as MemoryRoot from "./MemoryRoot.js"

/**
 * @since 0.1.0
 */
export * as Native from "./Native.js"

/**
 * @since 0.1.0
 */
export * as NodeTree from "./NodeTree.js"

/**
 * @since 0.1.0
 */
export * as OpenRoot from "./OpenRoot.js"

/**
 * @since 0.1.0
 */
export * as ProcessRoot from "./ProcessRoot.js"

/**
 * @since 0.1.0
 */
export * as Promises from "./Promises.js"

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
export * as Tar from "./Tar.js"

/**
 * @since 0.1.0
 */
export * as TarHeaders from "./TarHeaders.js"

/**
 * @since 0.1.0
 */
export * as TarIndex from "./TarIndex.js"

/**
 * @since 0.1.0
 */
export * as TarRoot from "./TarRoot.js"

/**
 * @since 0.1.0
 */
export * as TreeDiff from "./TreeDiff.js"

/**
 * @since 0.1.0
 */
export * as TreeFiles from "./TreeFiles.js"

/**
 * @since 0.1.0
 */
export * as VfsRoot from "./VfsRoot.js"

export {
  /**
   * @since 0.1.0
   */
  openMemoryRoot
} from "./MemoryRoot.js"

export {
  /**
   * @since 0.1.0
   */
  openRoot
} from "./OpenRoot.js"

export {
  /**
   * @since 0.1.0
   */
  openTarRoot
} from "./TarRoot.js"

export {
  /**
   * @since 0.1.0
   */
  openVfsRoot
} from "./VfsRoot.js"
