/** The entry: reads the command line, runs the command, tells its end by the exit status. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { stripVTControlCharacters } from "node:util"
import * as Argv from "./argv.js"
import { command } from "./command.js"
import { help as page } from "./help.js"
import { complain, write } from "./output.js"
import * as Status from "./status.js"

/** A test compares it with the manifest's. */
const version = "0.1.0"

/** What `@effect/cli` prints comes painted, whoever reads it. */
const unpainted = (text: string): string => stripVTControlCharacters(text).trim()

/** It prints its errors, and fails with them as well. */
const console = (noisy: Console.Console): Console.Console => ({
  ...noisy,
  log: (text: string) => Effect.orDie(write(`${unpainted(text)}\n`)),
  error: () => Effect.void
})

/** No option of ours reads a file or asks a question, so nothing of the platform is ever used. */
const platform = Layer.mergeAll(
  FileSystem.layerNoop({}),
  Path.layer,
  Layer.mock(Terminal.Terminal, {}),
  CliConfig.layer({ isCaseSensitive: true, showBuiltIns: false })
)

const main = Effect.gen(function*() {
  const { help, operands, words } = yield* Argv.read(Argv.systemArguments())
  if (help) return yield* write(page)
  const run = Command.run(command(operands), { name: "procfsroot", version })
  yield* Effect.consoleWith((noisy) => Effect.withConsole(run(["node", "procfsroot", ...words]), console(noisy)))
}).pipe(
  Effect.provide(platform),
  Effect.catchTags({
    WrongUsage: ({ message }) => Effect.zipRight(complain(message), Status.wrongUsage),
    Unusable: ({ message }) => Effect.zipRight(complain(message), Status.unusable),
    NobodyReads: () => Effect.void
  }),
  // What is left are the errors of @effect/cli: the values of options.
  Effect.catchAll(({ error }) => Effect.zipRight(complain(unpainted(HelpDoc.toAnsiText(error))), Status.wrongUsage)),
  Effect.catchAllCause((cause) => Effect.zipRight(complain(Cause.pretty(cause)), Status.unusable))
)

Effect.runFork(main)
