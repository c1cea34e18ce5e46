/** Options whose fields are inherited. A copy with `...` would contain only an object's own. */

/** Options of a program that computes them. All fields are inherited. */
export class Computed {
  get containment() {
    return "beneath" as const
  }
  get from() {
    return "home"
  }
  get symlinks() {
    return "forbid" as const
  }
  get readOnly() {
    return true
  }
}

/** Adds options to those of a test, which are then inherited. */
export const inheriting = <A extends object, B extends object>(own: A, inherited: B): A & B =>
  Object.setPrototypeOf(own, inherited) as A & B // it has the fields of both
