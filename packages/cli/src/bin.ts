/** The entry point: reads the command line, runs the command, and sets the exit status. */
import { commands } from "./commands.js"
import { codeOf, NobodyReads, Unusable, WrongUsage } from "./failure.js"
import { helpOf, overview } from "./help.js"
import { endBySignal } from "./interrupt.js"
import { closeOutput, complain, write } from "./output.js"
import { read, systemArguments } from "./parse.js"
import { needsParent, supervise, tellParent, wordsOfParent } from "./supervise.js"

/** A test checks that it equals the version in package.json. */
const version = "0.1.0"

const main = async (): Promise<void> => {
  const words = await wordsOfParent() ?? systemArguments()
  const line = read(words, commands)
  switch (line._tag) {
    case "Help":
      await write(line.command === undefined ? overview(commands) : helpOf(line.command))
      break
    case "Version":
      await write(`${version}\n`)
      break
    case "Run": {
      const { timeout } = line.values
      // The child closes its output, and reports an error.
      if (needsParent(timeout)) return supervise(words, timeout)
      await line.command.run(line.values, line.operands)
    }
  }
  closeOutput()
}

/** Reports the error and sets the exit status: 1 if a path failed or the work could not be done, 2 for wrong usage. */
const fail = async (thrown: unknown): Promise<void> => {
  if (thrown instanceof NobodyReads) return
  process.exitCode = thrown instanceof WrongUsage ? 2 : 1
  await complain(textOf(thrown))
}

/** A mistake of this program is reported with its stack. */
const textOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown)
  const isForUser = thrown instanceof WrongUsage || thrown instanceof Unusable
  return isForUser ? thrown.message : thrown.stack ?? thrown.message
}

/**
 * Not shown, because they would be printed on every run: the command also works without native calls, and Node warns its
 * programmers that `node:ffi` is experimental.
 */
const isHidden = (warning: Error): boolean =>
  codeOf(warning) === "PROCFSROOT_NO_NATIVE_CALLS" || warning.name === "ExperimentalWarning"

const printers = process.listeners("warning")
process.removeAllListeners("warning")
process.on("warning", (warning) => {
  if (!isHidden(warning)) printers.forEach((print) => print(warning))
})

await main().catch(fail)
endBySignal()
tellParent()
