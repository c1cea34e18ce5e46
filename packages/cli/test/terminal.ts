/** The command on a pseudo terminal, which `script` of util-linux makes. */
import { shell } from "./command.js"

export const onTerminal = (command: string, env: NodeJS.ProcessEnv = {}): string =>
  shell(`script --quiet --return --command "$1" /dev/null < /dev/null`, [command], env)
    .stdout.toString().replaceAll("\r\n", "\n")
