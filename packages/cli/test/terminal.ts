/** Runs the command on a pseudo terminal, created by `script` of util-linux. */
import { shell } from "./command.js"

export const onTerminal = (command: string, env: NodeJS.ProcessEnv = {}): string =>
  shell(`script --quiet --return --command "$1" /dev/null < /dev/null`, [command], env)
    .stdout.toString().replaceAll("\r\n", "\n")
