/** The manual page and `docs/command.md`, generated from the options of the commands. */
import { exitStatus, OPERANDS, signature, usage } from "./help.js"
import type { Description, Option, Options } from "./options.js"
import { timeoutOption } from "./timeout.js"
import { whereOptions } from "./where.js"

/** The options that are explained only once: they are the same in every command that has them. */
const shared: Options = { ...whereOptions, ...timeoutOption }

const ownOptions = ({ options }: Description): ReadonlyArray<readonly [string, Option]> =>
  Object.entries(options).filter(([name, option]) => shared[name] !== option)

const WHERE = "WHERE in a usage line stands for exactly one of the options --root, --pid and --container."

/** The rows for the options that every command, or nearly every command, has. */
const sharedRows: ReadonlyArray<readonly [string, string]> = [
  ...Object.entries(shared).map(([name, option]) => [signature(name, option), option.describe] as const),
  ["--", OPERANDS],
  ["--help", "Print the help of the command."]
]

/** Escapes text for roff: a dash stays a dash, and no line begins with a request. */
const roff = (text: string): string =>
  text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll(/^([.'])/gm, "\\&$1")

export const manual = (commands: ReadonlyArray<Description>, version: string): string =>
  [
    `.TH PROCFSROOT 1 "" "procfsroot ${version}"`,
    ".SH NAME",
    "procfsroot \\- look into a root directory as the kernel does after chroot",
    ".SH SYNOPSIS",
    ...commands.flatMap((command) => [".br", roff(usage(command))]).slice(1),
    ".SH DESCRIPTION",
    roff(
      `${WHERE} cp has no WHERE, but takes NAME:/PATH and pid:PID:/PATH. procfsroot --version prints the version.`
    ),
    ".P",
    "These options are the same in all commands that have them:",
    ...sharedRows.flatMap(([option, what]) => [".TP", `.B ${roff(option)}`, roff(what)]),
    ".SH COMMANDS",
    ...commands.flatMap((command) => [
      `.SS ${command.name}`,
      roff(command.summary),
      ...command.details.flatMap((paragraph) => [".P", roff(paragraph)]),
      ...ownOptions(command).flatMap(([option, described]) => [
        ".TP",
        `.B ${roff(signature(option, described))}`,
        roff(described.describe)
      ]),
      ...command.examples.flatMap(({ does, words }) => [".TP", `.B ${roff(`procfsroot ${words}`)}`, roff(does)])
    ]),
    ".SH EXIT STATUS",
    exitStatus,
    ""
  ].join("\n")

const cell = (text: string): string => text.replaceAll("|", "\\|")

/** What is shown as code: quoted words, options, paths, dots, and words with a `_`, `=`, `*` or `>`. */
const CODE = /(?<=^|[\s(])(?:"([^"]+)"|([-+]\S*?|\.{1,2}|[^\s()]*[/_=*>][^\s()]*?|TZ))(?=[.,:;)]*(?:\s|$))/g

const prose = (text: string): string =>
  text.replaceAll(CODE, (_, quoted: string | undefined, word: string | undefined) => `\`${quoted ?? word}\``)

const table = (rows: ReadonlyArray<readonly [string, string]>): ReadonlyArray<string> =>
  rows.length === 0
    ? []
    : [
      "",
      "| option | |",
      "| --- | --- |",
      ...rows.map(([left, right]) => `| \`${cell(left)}\` | ${cell(prose(right))} |`)
    ]

export const markdown = (commands: ReadonlyArray<Description>): string =>
  [
    "# The command",
    "",
    "This page has the texts of `procfsroot COMMAND --help`. The exit status is 0 if everything was done, 1 if a path failed",
    "or the root cannot be used, and 2 if the command line is wrong: see [Errors of the command](errors/command.md).",
    "`procfsroot --version` prints the version.",
    "",
    "## Common options",
    "",
    prose(WHERE),
    ...table(sharedRows),
    ...commands.flatMap((command) => [
      "",
      `## ${command.name}`,
      "",
      `    ${usage(command)}`,
      ...[command.summary, ...command.details].flatMap((paragraph) => ["", prose(paragraph)]),
      ...table(ownOptions(command).map(([name, option]) => [signature(name, option), option.describe])),
      ...command.examples.flatMap(({ does, words }) => ["", `    $ procfsroot ${words}`, "", prose(does)])
    ]),
    ""
  ].join("\n")
