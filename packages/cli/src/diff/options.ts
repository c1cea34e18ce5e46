/** The options of an overlay, as mountinfo shows them (`Documentation/filesystems/overlayfs.rst` of the kernel). */
import { decoded, unescaped } from "./mountinfo.js"

export interface OverlayOptions {
  /** The uppermost first. Layers that have only data are left out: no name is looked up in them. */
  readonly lowers: ReadonlyArray<string>
  readonly upper: string | undefined
  /** The overlay's attributes are `user.overlay.*`, not `trusted.overlay.*`. */
  readonly userXattr: boolean
  /** Whether a directory may say that what is below it has another name. */
  readonly redirects: boolean
}

/** Overlayfs takes a character after a backslash as it is. */
const withoutBackslashes = (text: string): string => text.replace(/\\([^])/g, "$1")

/** Colons separate layers, and two of them those that have only data, which come last. */
const lowersIn = (text: string): ReadonlyArray<string> => {
  const layers: ReadonlyArray<string> = text.match(/(?:\\[^]|[^:\\])+|::?/g) ?? []
  const end = layers.indexOf("::")
  return layers.slice(0, end < 0 ? layers.length : end).filter((layer) => layer !== ":").map(withoutBackslashes)
}

export const overlayOptions = (options: string): OverlayOptions => {
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
      case "lowerdir+": // one layer, in which nothing has a meaning
        lowers.push(decoded(value))
        break
      case "upperdir":
        upper = decoded(withoutBackslashes(value))
        break
    }
  }
  const userXattr = flags.includes("userxattr")
  return { lowers, upper, userXattr, redirects: !userXattr && !flags.includes("redirect_dir=nofollow") }
}
