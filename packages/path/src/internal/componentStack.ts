/** The directories that a walk has entered, as an immutable linked list. */
import type { ComponentStack } from "../ComponentStack.js"
import type { RootedPath } from "../RootedPath.js"

class Node<H> implements ComponentStack<H> {
  readonly parent: ComponentStack<H> | undefined
  readonly name: string
  readonly handle: H
  readonly depth: number
  /** The path, once it was needed: the files of a directory share it. */
  text: string | undefined = undefined
  constructor(parent: ComponentStack<H> | undefined, name: string, handle: H, depth: number) {
    this.parent = parent
    this.name = name
    this.handle = handle
    this.depth = depth
  }
}

/** @internal */
export const make = <H>(handle: H): ComponentStack<H> => new Node<H>(undefined, "", handle, 0)

/** @internal */
export const push = <H>(self: ComponentStack<H>, name: string, handle: H): ComponentStack<H> =>
  new Node(self, name, handle, self.depth + 1)

/** @internal */
export const pop = <H>(self: ComponentStack<H>): ComponentStack<H> => self.parent ?? self

/** @internal */
export const equals = <H>(self: ComponentStack<H>, that: ComponentStack<H>): boolean => {
  if (self.depth !== that.depth) return false
  let [a, b] = [self, that]
  while (a !== b && a.parent !== undefined) {
    if (a.name !== b.name) return false
    a = a.parent
    b = pop(b)
  }
  return true
}

/** The path of a directory, which is empty for the root. */
const textOf = <H>(directory: ComponentStack<H>): string => {
  const names: Array<string> = []
  const node = directory as Node<H> // every stack is made of them
  let known = node
  while (known.text === undefined && known.parent !== undefined) {
    names.push(known.name)
    known = known.parent as Node<H> // likewise
  }
  return node.text ??= [known.text ?? "", ...names.toReversed()].join("/")
}

/** @internal */
export const toPath = <H>(self: ComponentStack<H>, tail: ReadonlyArray<string> = []): RootedPath => {
  const path = self.parent === undefined ? "" : `${textOf(self.parent)}/${self.name}`
  // A `RootedPath` has no `.`, `..` or empty name. A walk never pushes one of these.
  return (path === "" || tail.length > 0 ? `${path}/${tail.join("/")}` : path) as RootedPath
}
