/**
 * @since 0.1.0
 */
export * as ComponentStack from "./ComponentStack.js"

/**
 * @since 0.1.0
 */
export * as Moves from "./Moves.js"

/**
 * @since 0.1.0
 */
export * as Policy from "./Policy.js"

/**
 * @since 0.1.0
 */
export * as RootedPath from "./RootedPath.js"

/**
 * @since 0.1.0
 */
export * as SurrogateEscape from "./SurrogateEscape.js"

/**
 * @since 0.1.0
 */
export * as Walk from "./Walk.js"
