/**
 * @since 0.1.0
 */
export * as NodeRoot from "./NodeRoot.js"

/**
 * @since 0.1.0
 */
export * as NodeRootFileSystem from "./NodeRootFileSystem.js"

/**
 * @since 0.1.0
 */
export * as NodeTree from "./NodeTree.js"

/**
 * @since 0.1.0
 */
export * as TarFileSystem from "./TarFileSystem.js"

/**
 * @since 0.1.0
 */
export * as Wormhole from "./Wormhole.js"

/**
 * @since 0.1.0
 */
export * as WormholeError from "./WormholeError.js"
