/** Runs the command on a pseudo terminal, created by `script` of util-linux. */
import { type Result, shell } from "./command.js"

export const onTerminal = (command: string, env: NodeJS.ProcessEnv = {}): string =>
  shell(`script --quiet --return --command "$1" /dev/null < /dev/null`, [command], env)
    .stdout.toString().replaceAll("\r\n", "\n")

/** Runs a command in a directory, and types into its terminal. */
export const typedOn = (command: string, input: string, directory: string): Result =>
  shell("cd \"$3\" && printf %s \"$2\" | script --quiet --return --command \"$1\" /dev/null", [
    command,
    input,
    directory
  ])
