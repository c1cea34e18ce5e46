/**
 * Parses the options of an overlay, as mountinfo shows them (`Documentation/filesystems/overlayfs.rst` of the kernel).
 */
import { decoded, unescaped } from "../mountinfo.js"

export interface OverlayOptions {
  /** The uppermost layer first. Data-only layers are left out, because no name is looked up in them. */
  readonly lowers: ReadonlyArray<string>
  readonly upper: string | undefined
  /** Whether the attributes of the overlay are `user.overlay.*` instead of `trusted.overlay.*`. */
  readonly userXattr: boolean
  /** Whether a directory can be marked to have another name in the layers below. */
  readonly redirects: boolean
}

/** The parameters of the kernel's module that decide what an overlay without the option `redirect_dir` does. */
export interface OverlayParameters {
  readonly redirectDir: boolean
  readonly redirectAlwaysFollow: boolean
}

/**
 * Whether redirects are followed. The mode of an overlay is shown only if it is not the one that the parameters make the
 * default (`ovl_show_options` in `fs/overlayfs/params.c`). Before Linux 6.5, `off` can be shown.
 */
const followsRedirects = (flags: ReadonlyArray<string>, parameters: OverlayParameters): boolean => {
  switch (flags.find((flag) => flag.startsWith("redirect_dir="))) {
    case "redirect_dir=on":
    case "redirect_dir=follow":
      return true
    case "redirect_dir=nofollow":
      return false
    case "redirect_dir=off":
      return parameters.redirectAlwaysFollow
    default:
      return parameters.redirectDir || parameters.redirectAlwaysFollow
  }
}

/** Overlayfs uses the character after a backslash literally. */
const withoutBackslashes = (text: string): string => text.replace(/\\([^])/g, "$1")

/** A colon separates layers. Two colons come before data-only layers, which are last. */
const lowersIn = (text: string): ReadonlyArray<string> => {
  const layers: ReadonlyArray<string> = text.match(/(?:\\[^]|[^:\\])+|::?/g) ?? []
  const end = layers.indexOf("::")
  return layers.slice(0, end < 0 ? layers.length : end).filter((layer) => layer !== ":").map(withoutBackslashes)
}

export const overlayOptions = (options: string, parameters: OverlayParameters): OverlayOptions => {
  const lowers: Array<string> = []
  let upper: string | undefined
  const flags = options.split(",")
  for (const option of flags) {
    const at = option.indexOf("=")
    const value = unescaped(option.slice(at + 1))
    switch (option.slice(0, at)) {
      case "lowerdir":
        lowers.push(...lowersIn(value).map(decoded))
        break
      case "lowerdir+": // one layer, without separators or escapes
        lowers.push(decoded(value))
        break
      case "upperdir":
        upper = decoded(withoutBackslashes(value))
        break
    }
  }
  const userXattr = flags.includes("userxattr")
  return { lowers, upper, userXattr, redirects: !userXattr && followsRedirects(flags, parameters) }
}
