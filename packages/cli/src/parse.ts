/**
 * Parses the command line by the options of the commands. `node:util` splits it like `getopt_long(3)`. Unknown options
 * are refused here, with a suggestion.
 */
import * as SurrogateEscape from "@procfsroot/path/SurrogateEscape"
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { readFileSync } from "node:fs"
import { parseArgs } from "node:util"
import { codeOf, inWords, Unusable, WrongUsage } from "./failure.js"
import { nearest } from "./nearest.js"
import { type Command, type Option, type Options, spelled } from "./options.js"

/** The character with which Node replaces bytes that are not UTF-8. */
const REPLACEMENT = "\ufffd"

const commandLine = (): Uint8Array => {
  try {
    return readFileSync("/proc/self/cmdline")
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    throw new Unusable(
      `The bytes of the arguments cannot be read from "/proc/self/cmdline"; procfs must be mounted: ${inWords(code)}.`
    )
  }
}

/**
 * The arguments with their original bytes: Node has already decoded them, but procfs still has them
 * (`proc_pid_cmdline(5)`).
 */
export const systemArguments = (): ReadonlyArray<string> => {
  const decoded = process.argv.slice(2)
  if (!decoded.some((word) => word.includes(REPLACEMENT))) return decoded
  const words = SurrogateEscape.decode(commandLine()).split("\0").slice(0, -1)
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

/**
 * Many people write `find -name`, so the long options of a command can also be written with one dash. Values of options
 * and what comes after `--` are not changed, even if they look like options.
 */
const withTwoDashes = (options: Options, words: ReadonlyArray<string>): Array<string> => {
  const changed: Array<string> = []
  let isValue = false
  for (const [at, word] of words.entries()) {
    if (word === "--" && !isValue) return [...changed, ...words.slice(at)]
    const [, dashes, name = "", equals] = /^(--?)([a-z][\w-]+)(=|$)/.exec(word) ?? []
    const option: Option | undefined = !isValue && Object.hasOwn(options, name) ? options[name] : undefined
    changed.push(option !== undefined && dashes === "-" ? `-${word}` : word)
    isValue = option?._tag === "Valued" && equals === ""
  }
  return changed
}

/** `typed` is the word that contains the option: `-nam` is parsed as `-n -a -m`, but can be meant as one option. */
const unknown = (
  rawName: string,
  typed: string,
  { implied = "", instead = {}, name, options }: Command,
  others: ReadonlyArray<Command>
): never => {
  const names = [...Object.keys(options), HELP].map(spelled)
  const word = typed.replace(/=.*/s, "")
  const long = /^-[a-z][\w-]/.test(word) ? `-${word}` : rawName
  const help = `"procfsroot ${name} --help" lists all options`
  // If the first letter is an option, the others are probably meant as options too.
  const written = long === rawName || isOf(options, word.slice(0, 2)) ? rawName : word
  const isMeant = (letter: string): boolean => implied.includes(letter) || isOf(options, `-${letter}`)
  const letters = word.slice(1)
  if (/^[a-z]+$/i.test(letters) && Array.from(letters + rawName.slice(1)).every(isMeant)) {
    throw new WrongUsage(`The command ${name} needs no option ${rawName}, since it always does this; leave it out.`)
  }
  const meant = nearest(long, names)
  if (meant !== undefined && long !== rawName) {
    throw new WrongUsage(`There is no option ${quote(word)}; did you mean ${meant}?`)
  }
  if (others.some((other) => other.name !== name && (isOf(other.options, written) || isOf(other.options, long)))) {
    const other = Object.entries(instead).find(([option]) => spelled(option) === written)?.[1]
    throw new WrongUsage(
      `The command ${name} has no option ${written}; ${other === undefined ? help : `write ${other}`}.`
    )
  }
  throw new WrongUsage(
    meant === undefined
      ? `There is no option ${quote(written)}; ${help}. If it is a path, write "--" before it.`
      : `There is no option ${quote(written)}; did you mean ${meant}? If it is a path, write "--" before it.`
  )
}

const isOf = (options: Options, rawName: string): boolean =>
  rawName.startsWith("--")
    ? rawName.length > 3 && Object.hasOwn(options, rawName.slice(2))
    : shortOf(options, rawName.slice(1)) !== undefined

const tokensOf = (words: ReadonlyArray<string>, options: Options) => {
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
    args: withTwoDashes(options, words),
    options: { ...config, [HELP]: { type: "boolean" } },
    allowPositionals: true,
    strict: false,
    tokens: true
  })
  return tokens
}

const refuseValue = (value: string | undefined, rawName: string): void => {
  if (value !== undefined) throw new WrongUsage(`The option ${rawName} takes no value.`)
}

const parse = (words: ReadonlyArray<string>, command: Command, all: ReadonlyArray<Command>): Line => {
  const { operands, options } = command
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(options).map(([name, { _tag }]) => [name, _tag === "Flag" ? false : undefined])
  )
  const found: Array<string> = []
  let isHelp = false
  for (const token of tokensOf(words, options)) {
    // `parseArgs` treats the second dash of `-a-` as the end of the options.
    if (token.kind === "option-terminator" && words[token.index] !== "--") {
      return unknown("--", words[token.index] ?? "--", command, all)
    }
    if (token.kind === "positional") found.push(token.value)
    if (token.kind !== "option") continue
    const { name, rawName, value } = token
    if (name === HELP || (rawName === "-h" && shortOf(options, "h") === undefined)) {
      refuseValue(value, rawName)
      isHelp = true
      continue
    }
    const option = options[name]
    if (option === undefined || !isOf(options, rawName)) {
      return unknown(rawName, words[token.index] ?? rawName, command, all)
    }
    if (option._tag === "Flag") {
      refuseValue(value, rawName)
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
  const [one = ""] = usage.split(/[ .\]]/)
  if (most === 0) return new WrongUsage(`The command ${name} takes no operands.`)
  if (least === most) {
    return new WrongUsage(
      `The command ${name} takes exactly one ${one.includes("|") ? `of ${one.replaceAll("|", ", ")}` : one}.`
    )
  }
  return new WrongUsage(
    `The command ${name} needs at least ${least === 1 ? `one ${one}` : `${least} operands: ${usage}`}.`
  )
}

/** Parses the words of a command line. The command must come first. */
export const read = (words: ReadonlyArray<string>, commands: ReadonlyArray<Command>): Line => {
  const [first, ...rest] = words
  const names = commands.map(({ name }) => name)
  if (first === undefined) {
    throw new WrongUsage(
      `Write a command, such as ${quote(names[0] ?? "")}; "procfsroot --help" lists all commands.`
    )
  }
  if (first === "--help" || first === "-h") return { _tag: "Help", command: undefined }
  if (first === "--version") return { _tag: "Version" }
  const found = commands.find(({ name }) => name === first)
  if (found !== undefined) return parse(rest, found, commands)
  if (first.startsWith("-")) {
    const meant = nearest(first, ["--help", "--version"])
    throw new WrongUsage(
      meant === undefined
        ? `Write the command before ${quote(first)}.`
        : `There is no option ${quote(first)}; did you mean ${meant}?`
    )
  }
  const meant = nearest(first, names)
  throw new WrongUsage(
    meant === undefined
      ? `There is no command ${quote(first)}; "procfsroot --help" lists all commands.`
      : `There is no command ${quote(first)}; did you mean ${quote(meant)}?`
  )
}
