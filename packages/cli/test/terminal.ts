/** The command on a pseudo terminal, which `script` of util-linux makes. */
import { spawnSync } from "node:child_process"
import { shell } from "./command.js"

export const noScript = spawnSync("script", ["--version"]).status === 0
  ? undefined
  : "there is no script(1) of util-linux"
if (noScript !== undefined) console.warn(`skipped: ${noScript}`)

export const onTerminal = (command: string, env: NodeJS.ProcessEnv = {}): string =>
  shell(`script --quiet --return --command "$1" /dev/null < /dev/null`, [command], env)
    .stdout.toString().replaceAll("\r\n", "\n")
