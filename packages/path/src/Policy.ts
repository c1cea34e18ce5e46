/**
 * The options of a path resolution, as plain data.
 *
 * @since 0.1.0
 */
import { isCanonical } from "./internal/surrogateEscape.js"

/**
 * What happens when a path would leave the root.
 *
 * - `clamp`: `..` at the root stays there, and absolute paths and links start at the root, as with `RESOLVE_IN_ROOT`
 *   and `chroot(2)`.
 * - `reject`: like `clamp`, but a `..` at the root fails with `EXDEV`.
 * - `beneath`: like `reject`, and absolute paths and absolute links fail with `EXDEV` too, as with `RESOLVE_BENEATH`.
 *
 * @since 0.1.0
 * @category models
 */
export type Containment = "clamp" | "reject" | "beneath"

/**
 * What happens to the last component of the path.
 *
 * - `follow`: if it is a link, the link is followed.
 * - `keep`: if it is a link, the link itself is the result, as with `O_NOFOLLOW`. A link with a slash, `/.` or `/..`
 *   after it is not the last component, so it is followed.
 * - `unchecked`: it is not looked up, so it may be missing, too long, or a link.
 *
 * @since 0.1.0
 * @category models
 */
export type LastComponent = "follow" | "keep" | "unchecked"

/**
 * Which names of the path need not exist.
 *
 * - `error`: every name must exist.
 * - `last`: the last name may be missing, with or without slashes after it, as in `realpath(1)`.
 * - `tail`: any number of names at the end may be missing. A `..` removes the missing name before it, as in `realpath
 *   -m`.
 *
 * @since 0.1.0
 * @category models
 */
export type Missing = "error" | "last" | "tail"

/**
 * Whether the walk follows links. With `forbid`, a path that needs a link to be followed fails with `ELOOP`, as with
 * `RESOLVE_NO_SYMLINKS`.
 *
 * @since 0.1.0
 * @category models
 */
export type Symlinks = "follow" | "forbid"

/**
 * Whether the walk enters mounts inside the root. With `forbid`, a path fails with `EXDEV` if a file on the way is on
 * another mount than the root, as with `RESOLVE_NO_XDEV`.
 *
 * @since 0.1.0
 * @category models
 */
export type Mounts = "cross" | "forbid"

/**
 * A complete set of options for resolving a path.
 *
 * @since 0.1.0
 * @category models
 */
export interface Policy {
  readonly containment: Containment
  readonly lastComponent: LastComponent
  readonly missing: Missing
  readonly symlinks: Symlinks
  readonly mounts: Mounts
  /**
   * The directory in the root where paths without a leading slash start, like the working directory after `chroot(2)`.
   * It must exist, even if `missing` permits missing names in the path. The other options apply to it as they do to the
   * path. A `..` in the path can go up from it, as far as the root.
   */
  readonly from: string
  /**
   * The number of links that one walk may follow. The kernel's limit is 40 (`MAXSYMLINKS` in `include/linux/namei.h`).
   */
  readonly maxSymlinks: number
}

/**
 * The options to change. Options that are missing or `undefined` have the values of `defaultPolicy`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Partial<{ readonly [Name in keyof Policy]: Policy[Name] | undefined }> {}

/**
 * The default options. They resolve a path as the kernel does inside a root, but follow up to 255 links instead of 40.
 *
 * @since 0.1.0
 * @category constructors
 */
export const defaultPolicy: Policy = {
  containment: "clamp",
  lastComponent: "follow",
  missing: "error",
  symlinks: "follow",
  mounts: "cross",
  from: "/",
  maxSymlinks: 255
}

type Choice = "containment" | "lastComponent" | "missing" | "symlinks" | "mounts"

const choices: { readonly [Name in Choice]: ReadonlyArray<Policy[Name]> } = {
  containment: ["clamp", "reject", "beneath"],
  lastComponent: ["follow", "keep", "unchecked"],
  missing: ["error", "last", "tail"],
  symlinks: ["follow", "forbid"],
  mounts: ["cross", "forbid"]
}

/**
 * Returns `value` if it is one of the choices of an option. Otherwise throws a `RangeError` that lists the choices. In
 * JavaScript, or from a settings file, an option can have any value, and a misspelt value must not count as the
 * default.
 *
 * @example
 * import { Policy } from "@procfsroot/path"
 *
 * const settings = JSON.parse("{ \"colour\": \"never\" }")
 * Policy.choose("colour", ["auto", "always", "never"], settings.colour) // "never"
 *
 * @since 0.1.0
 * @category checks
 */
export const choose = <A extends boolean | string>(name: string, choices: ReadonlyArray<A>, value: A): A => {
  if (choices.includes(value)) return value
  const others = choices.slice(0, -1).join(", ")
  throw new RangeError(`${name} must be ${others} or ${choices.at(-1)}, not ${JSON.stringify(value)}`)
}

/**
 * Returns the value of an option that is true or false, by default false. Throws a `RangeError` if it is neither.
 *
 * @since 0.1.0
 * @category checks
 */
export const isOn = (name: string, value: boolean | undefined): boolean => choose(name, [true, false], value ?? false)

/**
 * Returns `value` if it is a whole number of at least 0 and, if `most` is given, at most that. Otherwise throws a
 * `RangeError` that names the option.
 *
 * @since 0.1.0
 * @category checks
 */
export const wholeNumber = (name: string, value: number, most?: number): number => {
  if (Number.isInteger(value) && value >= 0 && (most === undefined || value <= most)) return value
  throw new RangeError(
    `${name} must be a whole number ${most === undefined ? "of at least 0" : `from 0 to ${most}`}, not ${
      typeof value === "string" ? JSON.stringify(value) : value
    }`
  )
}

/**
 * Returns `value` if it is a whole number of at least 0, or `Infinity`. Otherwise throws a `RangeError` that names the
 * option, because any other number limits nothing.
 *
 * @since 0.1.0
 * @category checks
 */
export const limit = (name: string, value: number): number =>
  value === Number.POSITIVE_INFINITY ? value : wholeNumber(name, value)

/**
 * Returns `value` if it is an object, as options must be. Otherwise throws a `TypeError`. In JavaScript, `"beneath"` in
 * the place of the options must not count as no options.
 *
 * @example
 * import { Policy } from "@procfsroot/path"
 *
 * Policy.optionsObject({ missing: "tail" }).missing // "tail"
 *
 * @since 0.1.0
 * @category checks
 */
export const optionsObject = <A extends object>(value: A): A => {
  if (typeof value === "object" && value !== null) return value
  throw new TypeError(`options must be an object, not ${value === null ? "null" : `a ${typeof value}`}`)
}

const chosen = <Name extends Choice>(name: Name, given: Policy[Name] | undefined): Policy[Name] =>
  choose(name, choices[name], given ?? defaultPolicy[name])

/**
 * Creates a policy from the options to change. Options that are missing or `undefined` get their defaults. Throws a
 * `TypeError` if `options` is not an object, and a `RangeError` in these cases:
 *
 * - An option has an unknown value. So a misspelt value never permits what it should forbid.
 * - `maxSymlinks` is not a whole number of at least 0.
 * - `from` is empty, contains a NUL character, or is not canonical (`SurrogateEscape.isCanonical`).
 *
 * @example
 * import { Policy } from "@procfsroot/path"
 *
 * Policy.make({ missing: "tail" }).containment // "clamp"
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options?: Options): Policy => {
  if (options === undefined) return defaultPolicy
  const maxSymlinks = wholeNumber("maxSymlinks", optionsObject(options).maxSymlinks ?? defaultPolicy.maxSymlinks)
  const from = options.from ?? defaultPolicy.from
  if (typeof from !== "string" || from === "" || from.includes("\0") || !isCanonical(from)) {
    throw new RangeError(
      `from must be a path that is not empty, contains no NUL and has escapes only of bytes that are not UTF-8, not ${
        JSON.stringify(from)
      }`
    )
  }
  return {
    containment: chosen("containment", options.containment),
    lastComponent: chosen("lastComponent", options.lastComponent),
    missing: chosen("missing", options.missing),
    symlinks: chosen("symlinks", options.symlinks),
    mounts: chosen("mounts", options.mounts),
    from,
    maxSymlinks
  }
}

/**
 * Returns the path that a walk resolves for `path`. If `path` has no leading slash, the result begins with `from`. The
 * empty path stays empty, because it names nothing.
 *
 * @example
 * import { Policy } from "@procfsroot/path"
 *
 * Policy.textOf(Policy.make({ from: "/home/ada" }), "notes") // "home/ada/notes"
 *
 * @since 0.1.0
 * @category getters
 */
export const textOf = ({ from }: Pick<Policy, "from">, path: string): string => {
  if (from === "/" || path === "" || path.startsWith("/")) return path
  // Without its leading slashes, since `beneath` refuses absolute paths. The rest is not changed.
  const directory = from.replace(/^\/+/, "")
  return directory === "" ? path : `${directory}/${path}`
}
