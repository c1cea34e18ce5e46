/** The manual page and `docs/command.md`, generated from the options of the commands. */
import { exitStatus, places, signature, usage } from "./help.js"
import type { Description } from "./options.js"

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
    "WHERE is the root directory to look into, one of",
    ...places.flatMap(([place, what]) => [".TP", `.B ${roff(place)}`, what]),
    ".P",
    roff(
      "cp has no WHERE, but takes NAME:/PATH and pid:PID:/PATH. In all commands, all words after -- are operands, even if they begin with a dash. --help explains a command, and procfsroot --version prints the version."
    ),
    ".SH COMMANDS",
    ...commands.flatMap(({ details, examples, name, options, summary }) => [
      `.SS ${name}`,
      roff(summary),
      ...details.flatMap((paragraph) => [".P", roff(paragraph)]),
      ...Object.entries(options).flatMap(([option, described]) => [
        ".TP",
        `.B ${roff(signature(option, described))}`,
        roff(described.describe)
      ]),
      ...examples.flatMap(({ does, words }) => [".TP", `.B ${roff(`procfsroot ${words}`)}`, roff(does)])
    ]),
    ".SH EXIT STATUS",
    exitStatus,
    ""
  ].join("\n")

const cell = (text: string): string => text.replaceAll("|", "\\|")

export const markdown = (commands: ReadonlyArray<Description>): string =>
  [
    "# The command",
    "",
    "This page has the same texts as `procfsroot COMMAND --help`. WHERE stands for one of `--container NAME` (the root of a",
    "container), `--pid PID` (the root of a process) and `--root DIR` (any directory). The exit status is 0 if everything was",
    "done, 1 if a path failed or the root cannot be used, and 2 if the command line is wrong: see [Errors of the",
    "command](errors/command.md).",
    ...commands.flatMap((command) => [
      "",
      `## ${command.name}`,
      "",
      `    ${usage(command)}`,
      "",
      ...[command.summary, ...command.details].flatMap((paragraph) => [paragraph, ""]),
      ...(Object.keys(command.options).length === 0 ? [] : ["| option | |", "| --- | --- |"]),
      ...Object.entries(command.options).map(([name, option]) =>
        `| \`${cell(signature(name, option))}\` | ${cell(option.describe)} |`
      ),
      ...command.examples.flatMap(({ does, words }) => ["", `    $ procfsroot ${words}`, "", does])
    ]),
    ""
  ].join("\n")
