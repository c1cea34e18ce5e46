/**
 * Sorts the arguments of the command line, as the system has them, into options and operands.
 *
 * `@effect/cli` does not get the operands: it takes an unknown option for an operand, and `true` after `--json` for the
 * value of that flag, so that a path named `true` would be lost.
 */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { quote } from "@procfsroot/platform/ResolveError"
import * as Either from "effect/Either"
import { readFileSync } from "node:fs"
import { WrongUsage } from "./failure.js"

/** What Node puts in place of bytes that are not UTF-8. */
const REPLACEMENT = "\ufffd"

/** The arguments with their bytes: Node has already decoded them, but procfs still has them (`proc(5)`, cmdline). */
export const systemArguments = (): ReadonlyArray<string> => {
  const decoded = process.argv.slice(2)
  if (!decoded.some((word) => word.includes(REPLACEMENT))) return decoded
  const words = SurrogateEscape.decode(readFileSync("/proc/self/cmdline")).split("\0").slice(0, -1)
  return words.slice(words.length - decoded.length)
}

const commands = new Set(["resolve", "explain"])
const valued = new Set(["--root", "--pid", "--containment", "--missing", "--max-symlinks"])
const flags = new Set([
  "--keep-last",
  "--no-symlinks",
  "--json",
  "--host",
  "--stdin",
  "-z",
  "--help",
  "-h",
  "--version"
])

/** The arguments for `@effect/cli`, and the paths, which it does not get. */
export interface CommandLine {
  /** Help or the version is to be printed, and nothing else to be done. */
  readonly print: "help" | "version" | undefined
  readonly words: ReadonlyArray<string>
  readonly operands: ReadonlyArray<string>
}

const wrong = (message: string) => Either.left(new WrongUsage({ message }))

/** As in `getopt_long(3)`: options anywhere, `--option=value` or `--option value`, and none after `--`. */
export const read = (args: ReadonlyArray<string>): Either.Either<CommandLine, WrongUsage> => {
  const operands: Array<string> = []
  const options = new Map<string, string | undefined>()
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? ""
    if (word === "--") return command([...operands, ...args.slice(i + 1)], options)
    if (!word.startsWith("-") || word === "-") {
      operands.push(word)
      continue
    }
    const equals = word.startsWith("--") ? word.indexOf("=") : -1
    const name = equals < 0 ? word : word.slice(0, equals)
    if (flags.has(name)) {
      if (equals >= 0) return wrong(`The option ${name} takes no value.`)
      options.set(name, undefined)
    } else if (valued.has(name)) {
      const value = equals < 0 ? args[++i] : word.slice(equals + 1)
      if (value === undefined) return wrong(`The option ${name} needs a value.`)
      if (options.has(name)) return wrong(`The option ${name} is given twice.`)
      options.set(name, value)
    } else {
      return wrong(`There is no option ${quote(name)}; a path that begins with a dash goes behind "--".`)
    }
  }
  return command(operands, options)
}

/** `@effect/cli` does not accept the value `--` as a separate argument, nor an empty or multi-line value after `=`. */
const word = ([option, value]: readonly [string, string | undefined]): ReadonlyArray<string> => {
  if (value === undefined) return [option]
  return /^.+$/.test(value) ? [`${option}=${value}`] : [option, value]
}

const command = (
  [name, ...operands]: ReadonlyArray<string>,
  options: ReadonlyMap<string, string | undefined>
): Either.Either<CommandLine, WrongUsage> => {
  const words = Array.from(options, word).flat()
  const help = options.has("--help") || options.has("-h")
  const print = help ? "help" : options.has("--version") ? "version" : undefined
  if (name !== undefined) {
    return commands.has(name)
      ? Either.right({ print, words: [name, ...words], operands })
      : wrong(`There is no command ${quote(name)}, only "resolve" and "explain".`)
  }
  return print !== undefined
    ? Either.right({ print, words, operands })
    : wrong("A command is needed, \"resolve\" or \"explain\"; \"procfsroot --help\" tells more.")
}
