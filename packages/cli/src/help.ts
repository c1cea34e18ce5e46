/** The texts that `--help` prints, generated from the options of the commands. */
import { type Command, type Description, type Option, spellings } from "./options.js"

const WIDTH = 80

/** The column where descriptions of options begin. */
const COLUMN = 20

/** Wraps text into lines of at most `WIDTH` characters, including the indent. */
const wrapped = (text: string, indent: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = ""
    }
    line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line].map((line) => " ".repeat(indent) + line)
}

/** An option as the help shows it: `-l`, `-a, --all`, `--root DIR`. */
export const signature = (name: string, option: Option): string => {
  const names = spellings(name, option).join(", ")
  return option._tag === "Flag" ? names : `${names} ${option.metavar}`
}

const row = (left: string, right: string): ReadonlyArray<string> => {
  const [first = "", ...more] = wrapped(right, COLUMN)
  return left.length + 2 < COLUMN
    ? [`  ${left}`.padEnd(COLUMN) + first.slice(COLUMN), ...more]
    : [`  ${left}`, first, ...more]
}

/** What WHERE can be. */
const places: ReadonlyArray<readonly [string, string]> = [
  ["--container NAME", "the root of a container; ps lists them"],
  ["--pid PID", "the root of a process, as /proc/PID/root shows it"],
  ["--root DIR", "any directory"]
]

export const exitStatus =
  "0 if everything was done, 1 if a path failed or the root cannot be used, 2 if the command line is wrong."

/** What `--help` does after a command. */
export const HELP = "Print this help."

/** What `--` does. */
export const OPERANDS = "All words after this are operands, even if they begin with a dash."

/** The usage line of a command. */
export const usage = ({ name, operands, options }: Description): string => {
  const where = ["root", "pid", "container"].filter((option) => Object.hasOwn(options, option))
  const root = where.length === 0 ? "" : "WHERE "
  const others = Object.keys(options).length > where.length ? "[OPTION]... " : ""
  return `procfsroot ${name} ${root}${others}${operands.usage}`.trimEnd()
}

export const helpOf = (command: Description): string =>
  [
    usage(command),
    "",
    ...wrapped(command.summary, 0),
    ...command.details.flatMap((paragraph) => ["", ...wrapped(paragraph, 0)]),
    "",
    "Options",
    ...Object.entries(command.options).flatMap(([name, option]) => row(signature(name, option), option.describe)),
    ...row("--", OPERANDS),
    ...row("--help", HELP),
    "",
    "Examples",
    ...command.examples.flatMap(({ does, words }) => [`  procfsroot ${words}`, ...wrapped(does, 6)]),
    ""
  ].join("\n")

export const overview = (commands: ReadonlyArray<Command>): string =>
  [
    "procfsroot - look into a root directory as the kernel does after chroot",
    "",
    "  procfsroot COMMAND WHERE [OPTION]... [PATH]...",
    "",
    "Commands",
    ...commands.flatMap(({ name, summary }) => row(name, summary)),
    "",
    "WHERE is the root directory to look into, one of",
    ...places.flatMap(([place, what]) => row(place, what)),
    ...wrapped("cp has no WHERE, but takes NAME:/PATH and pid:PID:/PATH.", 2),
    "",
    "Examples",
    "  procfsroot ps",
    "  procfsroot cat --container web /etc/os-release",
    "  procfsroot cp web:/var/log ./logs",
    "",
    "  procfsroot COMMAND --help explains a command.",
    "  procfsroot --version prints the version.",
    "",
    ...wrapped(`Exit status: ${exitStatus}`, 0),
    ""
  ].join("\n")
