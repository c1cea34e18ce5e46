/**
 * @since 0.1.0
 */
export * as NodeRoot from "./NodeRoot.js"
