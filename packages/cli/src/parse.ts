/**
 * Parses the command line by the options of the commands. `node:util` splits it like `getopt_long(3)`. Unknown options
 * are refused here, with a suggestion.
 */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { WrongUsage } from "./failure.js"
import { nearest } from "./nearest.js"
import { type Command, type Options, spelled } from "./options.js"

/** The character with which Node replaces bytes that are not UTF-8. */
const REPLACEMENT = "\ufffd"

/**
 * The arguments with their original bytes: Node has already decoded them, but procfs still has them
 * (`proc_pid_cmdline(5)`).
 */
export const systemArguments = (): ReadonlyArray<string> => {
  const decoded = process.argv.slice(2)
  if (!decoded.some((word) => word.includes(REPLACEMENT))) return decoded
  const words = SurrogateEscape.decode(readFileSync("/proc/self/cmdline")).split("\0").slice(0, -1)
  return words.slice(words.length - decoded.length)
}

/** What the command line asks for. */
export type Line =
  | { readonly _tag: "Help"; readonly command: Command | undefined }
  | { readonly _tag: "Version" }
  | {
    readonly _tag: "Run"
    readonly command: Command
    readonly values: Readonly<Record<string, unknown>>
    readonly operands: ReadonlyArray<string>
  }

/** The option that every command has. */
const HELP = "help"

const shortOf = (options: Options, letter: string): string | undefined =>
  Object.keys(options).find((name) => name === letter || options[name]?.short === letter)

/** Many people write `find -name`, so the long options of a command can also be written with one dash. */
const withTwoDashes = (options: Options) => (word: string): string => {
  const name = /^-([a-z][\w-]+)(?=$|=)/.exec(word)?.[1]
  return name !== undefined && Object.hasOwn(options, name) ? `-${word}` : word
}

/** `typed` is the word that contains the option: `-nam` is parsed as `-n -a -m`, but can be meant as one option. */
const unknown = (
  rawName: string,
  typed: string,
  { name, options }: Command,
  others: ReadonlyArray<Command>
): never => {
  const names = Object.keys(options).map(spelled)
  const whole = /^-[a-z][\w-]/.test(typed) ? nearest(`-${typed}`, names) : undefined
  if (whole !== undefined) throw new WrongUsage(`There is no option ${quote(typed)}; did you mean ${whole}?`)
  if (others.some((other) => other.name !== name && isOf(other.options, rawName))) {
    throw new WrongUsage(`The command ${name} has no option ${rawName}.`)
  }
  const meant = nearest(rawName, names)
  throw new WrongUsage(
    meant === undefined
      ? `There is no option ${quote(rawName)}; a path that begins with a dash goes after "--".`
      : `There is no option ${quote(rawName)}; did you mean ${meant}? A path that begins with a dash goes after "--".`
  )
}

const isOf = (options: Options, rawName: string): boolean =>
  rawName.startsWith("--")
    ? rawName.length > 3 && Object.hasOwn(options, rawName.slice(2))
    : shortOf(options, rawName.slice(1)) !== undefined

const parse = (words: ReadonlyArray<string>, command: Command, all: ReadonlyArray<Command>): Line => {
  const { operands, options } = command
  const config = Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const short = name.length === 1 ? name : option.short
      return [name, {
        type: option._tag === "Flag" ? "boolean" : "string",
        ...(short === undefined ? {} : { short })
      }] as const
    })
  )
  const { tokens } = parseArgs({
    args: words.map(withTwoDashes(options)),
    options: { ...config, [HELP]: { type: "boolean" } },
    allowPositionals: true,
    strict: false,
    tokens: true
  })
  const values: Record<string, unknown> = Object.fromEntries(Object.keys(options).map((name) => [name, undefined]))
  for (const [name, option] of Object.entries(options)) if (option._tag === "Flag") values[name] = false
  const found: Array<string> = []
  let isHelp = false
  for (const token of tokens) {
    // `parseArgs` treats the second dash of `-a-` as the end of the options.
    if (token.kind === "option-terminator" && words[token.index] !== "--") {
      return unknown("--", words[token.index] ?? "--", command, all)
    }
    if (token.kind === "positional") found.push(token.value)
    if (token.kind !== "option") continue
    const { name, rawName, value } = token
    if (name === HELP || (rawName === "-h" && shortOf(options, "h") === undefined)) {
      isHelp = true
      continue
    }
    const option = options[name]
    if (option === undefined || !isOf(options, rawName)) {
      return unknown(rawName, words[token.index] ?? rawName, command, all)
    }
    if (option._tag === "Flag") {
      if (value !== undefined) throw new WrongUsage(`The option ${rawName} takes no value.`)
      values[name] = true
      // As in coreutils, the last of two opposite options counts.
      const opposite = name.startsWith("no-") ? name.slice("no-".length) : `no-${name}`
      if (Object.hasOwn(options, opposite)) values[opposite] = false
      continue
    }
    if (value === undefined) throw new WrongUsage(`The option ${rawName} needs a value.`)
    if (values[name] !== undefined) throw new WrongUsage(`The option ${rawName} is given twice.`)
    values[name] = option.read(value, rawName)
  }
  if (isHelp) return { _tag: "Help", command }
  if (found.length < operands.least || found.length > operands.most) throw wrongCount(command)
  return { _tag: "Run", command, values, operands: found }
}

const wrongCount = ({ name, operands: { least, most, usage } }: Command): WrongUsage => {
  const [one] = usage.split(/[ .\]]/)
  if (most === 0) return new WrongUsage(`The command ${name} takes no operands.`)
  if (least === most) return new WrongUsage(`The command ${name} takes exactly one ${one}.`)
  return new WrongUsage(`The command ${name} needs at least ${least === 1 ? `one ${one}` : `${least} operands`}.`)
}

/** Parses the words of a command line. The command must come first. */
export const read = (words: ReadonlyArray<string>, commands: ReadonlyArray<Command>): Line => {
  const [first, ...rest] = words
  const names = commands.map(({ name }) => name)
  if (first === undefined) {
    throw new WrongUsage(`A command is needed, such as ${quote(names[0] ?? "")}; "procfsroot --help" lists them.`)
  }
  if (first === "--help" || first === "-h") return { _tag: "Help", command: undefined }
  if (first === "--version") return { _tag: "Version" }
  const found = commands.find(({ name }) => name === first)
  if (found !== undefined) return parse(rest, found, commands)
  if (first.startsWith("-")) throw new WrongUsage(`The command comes first, before ${quote(first)}.`)
  const meant = nearest(first, names)
  throw new WrongUsage(
    `There is no command ${quote(first)}${
      meant === undefined ? "; \"procfsroot --help\" lists them" : `; did you mean ${quote(meant)}?`
    }${meant === undefined ? "." : ""}`
  )
}
