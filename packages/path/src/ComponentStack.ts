/**
 * The components that a walk has resolved so far, as a persistent stack: `push` and `pop` return a new stack and leave
 * the old one as it is. A handle is kept as long as a stack refers to it, and `..` is simply the parent node.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/componentStack.js"
import type { RootedPath } from "./RootedPath.js"

/**
 * A place inside a root: the last resolved component, its handle, and `parent`, the stack of the components before it.
 * The root is the only node without a parent, and its `name` is empty.
 *
 * `H` is the type of value by which the driver of a walk identifies a file: a path, a file descriptor, a node of a tree
 * in memory.
 *
 * @since 0.1.0
 * @category models
 */
export interface ComponentStack<out H> {
  readonly parent: ComponentStack<H> | undefined
  readonly name: string
  readonly handle: H
  /** The number of components below the root; `0` for the root itself. */
  readonly depth: number
}

/**
 * Creates a stack that holds only the root.
 *
 * @example
 * import { ComponentStack } from "@procfsroot/path"
 *
 * ComponentStack.toPath(ComponentStack.push(ComponentStack.make("."), "etc", "./etc")) // "/etc"
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: <H>(handle: H) => ComponentStack<H> = internal.make

/**
 * Adds a component: returns the place `name` in the directory `self`.
 *
 * @since 0.1.0
 * @category combinators
 */
export const push: <H>(self: ComponentStack<H>, name: string, handle: H) => ComponentStack<H> = internal.push

/**
 * Removes the last component. The root has no parent, so it is returned unchanged, just as `/..` is `/` in the kernel
 * (`path_resolution(7)`).
 *
 * @since 0.1.0
 * @category combinators
 */
export const pop: <H>(self: ComponentStack<H>) => ComponentStack<H> = internal.pop

/**
 * Returns `true` if two stacks have the same components. The handles are not compared.
 *
 * @since 0.1.0
 * @category equivalence
 */
export const equals: <H>(self: ComponentStack<H>, that: ComponentStack<H>) => boolean = internal.equals

/**
 * Returns the stack as a path, with the names of `tail` after it if there are any.
 *
 * @since 0.1.0
 * @category destructors
 */
export const toPath: <H>(self: ComponentStack<H>, tail?: ReadonlyArray<string>) => RootedPath = internal.toPath
