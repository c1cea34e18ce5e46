/**
 * The components that a walk has resolved so far, as a persistent stack: pushing and popping do not change older
 * stacks. So a handle is kept as long as a stack refers to it, and `..` is simply the parent node.
 *
 * @since 0.1.0
 */
import * as internal from "./internal/componentStack.js"
import type { RootedPath } from "./RootedPath.js"

/**
 * A place inside a root: the last component resolved, its handle, and the stack of those before it. The root is the one
 * node without a parent; its `name` is empty.
 *
 * `H` is any value by which the driver of a walk identifies a file: path text, a file descriptor, a node of a tree in
 * memory.
 *
 * @since 0.1.0
 * @category models
 */
export interface ComponentStack<out H> {
  readonly parent: ComponentStack<H> | undefined
  readonly name: string
  readonly handle: H
  /** How many components there are after the root; `0` for the root. */
  readonly depth: number
}

/**
 * A stack with only the root.
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
 * One component deeper.
 *
 * @since 0.1.0
 * @category combinators
 */
export const push: <H>(self: ComponentStack<H>, name: string, handle: H) => ComponentStack<H> = internal.push

/**
 * One component up; the root stays where it is, as `/..` does in the kernel (`path_resolution(7)`).
 *
 * @since 0.1.0
 * @category combinators
 */
export const pop: <H>(self: ComponentStack<H>) => ComponentStack<H> = internal.pop

/**
 * Whether two stacks name the same place: the components are equal, whatever the handles.
 *
 * @since 0.1.0
 * @category equivalence
 */
export const equals: <H>(self: ComponentStack<H>, that: ComponentStack<H>) => boolean = internal.equals

/**
 * The place as a path.
 *
 * @since 0.1.0
 * @category destructors
 */
export const toPath: <H>(self: ComponentStack<H>, tail?: ReadonlyArray<string>) => RootedPath = internal.toPath
