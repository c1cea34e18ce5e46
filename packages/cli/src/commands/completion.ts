/** `procfsroot completion`: prints a completion script for a shell. */
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { shells } from "../completion.js"
import { WrongUsage } from "../failure.js"
import { type Command, command, type Description } from "../options.js"
import { write } from "../output.js"

const isShell = (name: string): name is keyof typeof shells => Object.hasOwn(shells, name)

/** Makes the command that completes `others` and itself. */
export const completion = (others: ReadonlyArray<Description>): Command => {
  const own: Command = command(
    {
      name: "completion",
      summary: "Prints a script that makes a shell complete commands, options and names of containers.",
      operands: { usage: Object.keys(shells).join("|"), least: 1, most: 1 },
      options: {},
      details: [
        "After --container, and as NAME: of a place, shells offer the names that procfsroot ps --quiet prints. An ordinary " +
        "user may not be able to read the names of other users' containers."
      ],
      examples: [
        {
          words: "completion bash > /etc/bash_completion.d/procfsroot",
          does: "Adds completions for bash, for all users."
        },
        {
          words: "completion zsh > ~/.zfunc/_procfsroot",
          does: "Adds completions for zsh. Before compinit runs, fpath must contain ~/.zfunc."
        },
        { words: "completion fish > ~/.config/fish/completions/procfsroot.fish", does: "Adds completions for fish." }
      ]
    },
    async (_, [shell = ""]) => {
      if (!isShell(shell)) {
        throw new WrongUsage(
          `There are no completions for the shell ${quote(shell)}; use one of ${Object.keys(shells).join(", ")}.`
        )
      }
      await write(shells[shell]([...others, own]))
    }
  )
  return own
}
