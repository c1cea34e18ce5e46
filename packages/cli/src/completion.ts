/** Completion scripts for shells, generated from the options of the commands. */
import { type Description, type Options, spelled } from "./options.js"

/** Every spelling of the options: long and short. */
const spellings = (options: Options): ReadonlyArray<string> =>
  Object.entries(options).flatMap(([name, { short }]) =>
    short === undefined ? [spelled(name)] : [`-${short}`, spelled(name)]
  )

/** The options whose value is one of a few choices. */
const choicesOf = (options: Options): ReadonlyArray<readonly [option: string, choices: ReadonlyArray<string>]> =>
  Object.entries(options).flatMap(([name, option]) =>
    option._tag === "Valued" && option.choices !== undefined ? [[spelled(name), option.choices] as const] : []
  )

const isDirectory = (options: Options, name: string): boolean => {
  const option = options[name]
  return option?._tag === "Valued" && option.metavar === "DIR"
}

const directoriesOf = (options: Options): ReadonlyArray<string> =>
  Object.keys(options).filter((name) => isDirectory(options, name)).map(spelled)

/** Puts text into single quotes, which all shells understand. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const bash = (commands: ReadonlyArray<Description>): string =>
  [
    "_procfsroot() {",
    "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}",
    "  COMPREPLY=()",
    "  if [ \"$COMP_CWORD\" -eq 1 ]; then",
    `    COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(" "))} -- "$word"))`,
    "    return",
    "  fi",
    "  case $command:$before in",
    ...commands.flatMap(({ name, options }) => [
      ...directoriesOf(options).map((option) =>
        `    ${name}:${option}) COMPREPLY=($(compgen -d -- "$word")); return ;;`
      ),
      ...choicesOf(options).map(([option, choices]) =>
        `    ${name}:${option}) COMPREPLY=($(compgen -W ${quoted(choices.join(" "))} -- "$word")); return ;;`
      )
    ]),
    "  esac",
    "  case $command in",
    ...commands.map(({ name, options }) =>
      `    ${name}) COMPREPLY=($(compgen -W ${quoted([...spellings(options), "--help"].join(" "))} -- "$word")) ;;`
    ),
    "  esac",
    "}",
    "complete -F _procfsroot procfsroot",
    ""
  ].join("\n")

/** A description as zsh's `_arguments` expects it. */
const bracketed = (text: string): string => `[${text.replaceAll(/[[\]:]/g, (letter) => `\\${letter}`)}]`

const zshOption = (options: Options, name: string): ReadonlyArray<string> => {
  const option = options[name]
  if (option === undefined) return []
  const value = option._tag === "Flag"
    ? ""
    : `:${option.metavar}:${
      option.choices === undefined ? isDirectory(options, name) ? "_files -/" : "" : `(${option.choices.join(" ")})`
    }`
  const names = option.short === undefined ? [spelled(name)] : [`-${option.short}`, spelled(name)]
  return names.map((written) => quoted(`${written}${bracketed(option.describe)}${value}`))
}

const zsh = (commands: ReadonlyArray<Description>): string =>
  [
    "#compdef procfsroot",
    "_procfsroot() {",
    "  if (( CURRENT == 2 )); then",
    "    local -a commands",
    `    commands=(${commands.map(({ name, summary }) => quoted(`${name}:${summary}`)).join(" ")})`,
    "    _describe command commands",
    "    return",
    "  fi",
    "  local command=$words[2]",
    "  shift words",
    "  (( CURRENT-- ))",
    "  case $command in",
    ...commands.map(({ name, options }) =>
      `    ${name}) _arguments -s ${
        [...Object.keys(options).flatMap((option) => zshOption(options, option)), quoted("*:path:")].join(" ")
      } ;;`
    ),
    "  esac",
    "}",
    "_procfsroot \"$@\"",
    ""
  ].join("\n")

const fishOption = (command: string, options: Options, name: string): string => {
  const option = options[name]
  const letter = name.length === 1 ? name : option?.short
  const words = [
    "complete -c procfsroot -f -n",
    quoted(`__fish_seen_subcommand_from ${command}`),
    ...(letter === undefined ? [] : [`-s ${letter}`]),
    ...(name.length === 1 ? [] : [`-l ${name}`])
  ]
  if (option?._tag === "Valued") {
    words.push("-r")
    if (option.choices !== undefined) words.push(`-a ${quoted(option.choices.join(" "))}`)
    else if (isDirectory(options, name)) words.push("-a '(__fish_complete_directories)'")
  }
  return [...words, `-d ${quoted(option?.describe ?? "")}`].join(" ")
}

const fish = (commands: ReadonlyArray<Description>): string =>
  [
    "complete -c procfsroot -f",
    ...commands.flatMap(({ name, options, summary }) => [
      `complete -c procfsroot -f -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...Object.keys(options).map((option) => fishOption(name, options, option))
    ]),
    ""
  ].join("\n")

export const shells = { bash, zsh, fish } as const
