/**
 * @since 0.1.0
 */
export * as Arguments from "./Arguments.js"

/**
 * @since 0.1.0
 */
export * as Attributes from "./Attributes.js"

/**
 * @since 0.1.0
 */
export * as DeviceNumber from "./DeviceNumber.js"

/**
 * @since 0.1.0
 */
export * as Errno from "./Errno.js"

/**
 * @since 0.1.0
 */
export * as EventLoop from "./EventLoop.js"

/**
 * @since 0.1.0
 */
export * as FileSystem from "./FileSystem.js"

/**
 * @since 0.1.0
 */
export * as Handle from "./Handle.js"

/**
 * @since 0.1.0
 */
export * as HostFileSystem from "./HostFileSystem.js"

/**
 * @since 0.1.0
 */
export * as InodeOperations from "./InodeOperations.js"

/**
 * @since 0.1.0
 */
export * as Limits from "./Limits.js"

/**
 * @since 0.1.0
 */
export * as MemoryFaults from "./MemoryFaults.js"

/**
 * @since 0.1.0
 */
export * as MemoryJournal from "./MemoryJournal.js"

/**
 * @since 0.1.0
 */
export * as MemoryLimits from "./MemoryLimits.js"

/**
 * @since 0.1.0
 */
export * as MemoryProcesses from "./MemoryProcesses.js"

/**
 * @since 0.1.0
 */
export * as MemoryTree from "./MemoryTree.js"

/**
 * @since 0.1.0
 */
export * as Method from "./Method.js"

/**
 * @since 0.1.0
 */
export * as MethodError from "./MethodError.js"

/**
 * @since 0.1.0
 */
export * as OpenFlags from "./OpenFlags.js"

/**
 * @since 0.1.0
 */
export * as Path from "./Path.js"

/**
 * @since 0.1.0
 */
export * as PathPolicy from "./PathPolicy.js"

/**
 * @since 0.1.0
 */
export * as PathUse from "./PathUse.js"

/**
 * @since 0.1.0
 */
export * as ProcessRoot from "./ProcessRoot.js"

/**
 * @since 0.1.0
 */
export * as Program from "./Program.js"

/**
 * @since 0.1.0
 */
export * as Protection from "./Protection.js"

/**
 * @since 0.1.0
 */
export * as ReadOnlyTree from "./ReadOnlyTree.js"

/**
 * @since 0.1.0
 */
export * as Refusal from "./Refusal.js"

/**
 * @since 0.1.0
 */
export * as ResolveFailure from "./ResolveFailure.js"

/**
 * @since 0.1.0
 */
export * as RootDirectory from "./RootDirectory.js"

/**
 * @since 0.1.0
 */
export * as SuccessRate from "./SuccessRate.js"

/**
 * @since 0.1.0
 */
export * as Tree from "./Tree.js"

/**
 * @since 0.1.0
 */
export * as TreeCopy from "./TreeCopy.js"

/**
 * @since 0.1.0
 */
export * as TreeDiff from "./TreeDiff.js"

/**
 * @since 0.1.0
 */
export * as Watch from "./Watch.js"
