/**
 * @since 0.1.0
 */
export * as FileSystem from "./FileSystem.js"

/**
 * @since 0.1.0
 */
export * as Native from "./Native.js"

/**
 * @since 0.1.0
 */
export * as ProcessRoot from "./ProcessRoot.js"

/**
 * @since 0.1.0
 */
export * as Root from "./Root.js"

/**
 * @since 0.1.0
 */
export * as Tar from "./Tar.js"
