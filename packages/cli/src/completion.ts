/** Completion scripts for shells, generated from the options of the commands. */
import { HELP } from "./help.js"
import { type Description, type Option, type Options, spellings, type Valued } from "./options.js"

const allSpellings = (options: Options): ReadonlyArray<string> =>
  Object.entries(options).flatMap(([name, option]) => spellings(name, option))

/** What the shell completes, by the word for it in the help. Paths in a root are not known to the shell. */
const kinds: Readonly<Record<string, "container" | "directory" | "place">> = {
  DIR: "directory",
  NAME: "container",
  PLACE: "place",
  SOURCE: "place"
}

/**
 * What a word is: one of a few choices, a container, a directory of the host, a place (a file of the host, or a container
 * and a colon), or something that cannot be completed.
 */
type Kind = ReadonlyArray<string> | "container" | "directory" | "place" | undefined

/** Prints words that no shell changes, even if somebody hostile has named a container. */
const NAMES = "procfsroot ps --quiet --timeout 3 2>/dev/null"

const kindOf = ({ choices, metavar }: Valued<unknown>): Kind => choices ?? kinds[metavar]

/** The usage of operands begins with the word for the first, or has all choices. */
const operandKind = ({ operands: { usage } }: Description): Kind =>
  usage.includes("|") && /^[a-z|]+$/.test(usage) ? usage.split("|") : kinds[/^[A-Z]+/.exec(usage)?.[0] ?? ""]

const valuedOf = (options: Options): ReadonlyArray<readonly [name: string, kind: Kind]> =>
  Object.entries(options).flatMap(([name, option]) => option._tag === "Valued" ? [[name, kindOf(option)] as const] : [])

/** Puts text into single quotes, which all shells understand. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Completes the current word to those of a list, which is one word of bash. */
const among = (list: string, options = ""): string => `COMPREPLY=($(compgen ${options}-W ${list} -- "$word"))`

const words = (list: ReadonlyArray<string>): string => among(quoted(list.join(" ")))

const containers = `"$(${NAMES})"`

const bashAnswer = (kind: Kind): ReadonlyArray<string> => {
  if (kind === undefined) return []
  if (kind === "place") return ["_procfsroot_places"]
  if (kind === "directory") return ["compopt -o filenames -o dirnames 2>/dev/null"]
  return [kind === "container" ? among(containers) : words(kind)]
}

const bash = (commands: ReadonlyArray<Description>): string =>
  [
    "_procfsroot_places() {",
    `  ${among(containers, "-S : ")}`,
    "  # Without an own answer, bash completes files itself, and quotes their names.",
    "  if [ \"${#COMPREPLY[@]}\" -eq 0 ]; then compopt -o default 2>/dev/null; return; fi",
    "  compopt -o nospace 2>/dev/null",
    "  local -a files",
    "  mapfile -t files < <(compgen -f -- \"$word\")",
    "  if [ \"${#files[@]}\" -gt 0 ]; then compopt -o filenames 2>/dev/null; COMPREPLY+=(\"${files[@]}\"); fi",
    "}",
    "_procfsroot() {",
    "  local command=${COMP_WORDS[1]} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} ended= i",
    "  COMPREPLY=()",
    "  if [ \"$COMP_CWORD\" -eq 1 ]; then",
    `    ${words(commands.map(({ name }) => name))}`,
    "    return",
    "  fi",
    "  # What comes after the colon of NAME:/PATH is not on the host.",
    "  if [ \"$word\" = : ] || [ \"$before\" = : ]; then return; fi",
    "  for ((i = 2; i < COMP_CWORD; i++)); do",
    "    if [ \"${COMP_WORDS[i]}\" = -- ]; then ended=yes; fi",
    "  done",
    "  if [ -z \"$ended\" ]; then",
    "    # The = of --root=DIR is a word of its own.",
    "    if [ \"$word\" = = ]; then word=; elif [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi",
    "    case $command:$before in",
    ...commands.flatMap(({ name, options }) =>
      valuedOf(options).map(([option, kind]) =>
        `      ${name}:--${option}|${name}:-${option}) ${[...bashAnswer(kind), "return"].join("; ")} ;;`
      )
    ),
    "    esac",
    "    # An option that is written with one dash, like those of GNU find, is completed with two.",
    "    case $word in -[a-z]?*) word=-$word ;; esac",
    "    case $command:$word in",
    ...commands.map((command) => {
      // If nothing is known of the operands, options are also offered before the first dash.
      const isOffered = operandKind(command) === undefined
      const list = [...allSpellings(command.options), "--help"]
      return `      ${command.name}:-*${isOffered ? `|${command.name}:` : ""}) ${words(list)}; return ;;`
    }),
    "    esac",
    "  fi",
    "  case $command in",
    ...commands.flatMap((command) =>
      bashAnswer(operandKind(command)).map((answer) => `    ${command.name}) ${answer} ;;`)
    ),
    "  esac",
    "}",
    "complete -F _procfsroot procfsroot",
    ""
  ].join("\n")

/** A description as zsh's `_arguments` expects it. */
const bracketed = (text: string): string => `[${text.replaceAll(/[[\]:]/g, (letter) => `\\${letter}`)}]`

/** What zsh does for an operand of which nothing is known. Without an action it shows a message, and inserts no option. */
const NOTHING = "{:}"

const zshAction = (kind: Kind): string => {
  if (kind === undefined) return ""
  if (kind === "container" || kind === "place") return `_procfsroot_${kind}s`
  return kind === "directory" ? "_files -/" : `(${kind.join(" ")})`
}

const zshOption = (name: string, option: Option): ReadonlyArray<string> => {
  const value = option._tag === "Flag" ? "" : `:${option.metavar}:${zshAction(kindOf(option))}`
  // With =, the value can be in the same word too.
  const equals = value === "" ? "" : "="
  return spellings(name, option).map((written) => quoted(`${written}${equals}${bracketed(option.describe)}${value}`))
}

/** Options of one letter can share a dash. */
const hasLetters = ({ options }: Description): boolean =>
  allSpellings(options).some((option) => !option.startsWith("--"))

const zshArguments = (command: Description): string =>
  [
    hasLetters(command) ? "_arguments -s -S" : "_arguments -S",
    ...Object.entries(command.options).flatMap(([name, option]) => zshOption(name, option)),
    quoted(`--help${bracketed(HELP)}`),
    quoted(`*:operand:${zshAction(operandKind(command)) || NOTHING}`)
  ].join(" ")

const zsh = (commands: ReadonlyArray<Description>): string =>
  [
    "#compdef procfsroot",
    "_procfsroot_containers() {",
    `  compadd "$@" -- \${(f)"$(${NAMES})"}`,
    "}",
    "_procfsroot_places() {",
    "  # What comes after the colon of NAME:/PATH is not on the host.",
    "  if compset -P '*:'; then return; fi",
    "  _alternative 'containers:container:_procfsroot_containers -S :' 'files:file:_files'",
    "}",
    "_procfsroot() {",
    "  if (( CURRENT == 2 )); then",
    "    local -a commands",
    `    commands=(${commands.map(({ name, summary }) => quoted(`${name}:${summary}`)).join(" ")})`,
    "    _describe command commands",
    "    return",
    "  fi",
    "  local command=$words[2] i",
    "  shift words",
    "  (( CURRENT-- ))",
    "  # An option that is written with one dash, like those of GNU find, is completed with two. Not in a function of its",
    "  # own, at whose end zsh would restore PREFIX.",
    "  case $command in",
    `    ${commands.flatMap((command) => hasLetters(command) ? [] : [command.name]).join("|")})`,
    "      for ((i = 2; i <= $#words; i++)); do",
    "        if [[ $words[i] == -[a-z]?* ]]; then words[i]=-$words[i]; fi",
    "      done",
    "      if [[ $PREFIX == -[a-z]?* ]]; then PREFIX=-$PREFIX; fi ;;",
    "  esac",
    "  case $command in",
    ...commands.map((command) => `    ${command.name}) ${zshArguments(command)} ;;`),
    "  esac",
    "}",
    "_procfsroot \"$@\"",
    ""
  ].join("\n")

const fishAnswer = (kind: Kind): ReadonlyArray<string> => {
  if (kind === undefined) return []
  if (kind === "place") return ["-F", `-a ${quoted(`(${NAMES} | string replace --regex '$' :)`)}`]
  if (kind === "container") return [`-a ${quoted(`(${NAMES})`)}`]
  return [`-a ${quoted(kind === "directory" ? "(__fish_complete_directories)" : kind.join(" "))}`]
}

/** What holds while the words of a command are typed. fish's own function looks at all words, also at operands. */
const fishWithin = (command: string): string => `-n ${quoted(`__procfsroot_command ${command}`)}`

const fishOption = (command: string, name: string, option: Option): string => {
  const letter = name.length === 1 ? name : option.short
  const kind = option._tag === "Valued" ? kindOf(option) : undefined
  return [
    "complete -c procfsroot",
    ...(kind === "place" ? [] : ["-f"]),
    fishWithin(command),
    ...(letter === undefined ? [] : [`-s ${letter}`]),
    ...(name.length === 1 ? [] : [`-l ${name}`]),
    ...(option._tag === "Valued" ? ["-r", ...fishAnswer(kind)] : []),
    `-d ${quoted(option.describe)}`
  ].join(" ")
}

const fishOperands = (command: Description): ReadonlyArray<string> => {
  const answer = fishAnswer(operandKind(command))
  return answer.length === 0
    ? []
    : [["complete -c procfsroot", fishWithin(command.name), ...answer].join(" ")]
}

const fish = (commands: ReadonlyArray<Description>): string =>
  [
    "# The command that is being typed; without an argument, whether there is none yet.",
    "function __procfsroot_command",
    "  set -l words (commandline -opc)",
    "  test \"$words[2]\" = \"$argv\"",
    "end",
    "complete -c procfsroot -f",
    ...commands.flatMap((command) => [
      `complete -c procfsroot -f -n __procfsroot_command -a ${command.name} -d ${quoted(command.summary)}`,
      ...Object.entries(command.options).map(([name, option]) => fishOption(command.name, name, option)),
      `complete -c procfsroot -f ${fishWithin(command.name)} -l help -d ${quoted(HELP)}`,
      ...fishOperands(command)
    ]),
    ""
  ].join("\n")

export const shells = { bash, zsh, fish } as const
