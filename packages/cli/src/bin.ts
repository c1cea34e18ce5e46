/** The entry point: reads the command line, runs the command, and sets the exit status. */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { stripVTControlCharacters } from "node:util"
import * as Argv from "./argv.js"
import { command } from "./command.js"
import { help } from "./help.js"
import { complain, write } from "./output.js"
import * as Status from "./status.js"

/** A test compares it with that in package.json. */
const version = "0.1.0"

/** `@effect/cli` fails with its errors, but also prints them. */
const quiet = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.consoleWith((console) => Effect.withConsole(effect, { ...console, error: () => Effect.void }))

/** The text of an error, without the colours that it always has. */
const sentence = (error: HelpDoc.HelpDoc): string => stripVTControlCharacters(HelpDoc.toAnsiText(error)).trim()

/** None of our options reads a file or asks a question, so these services are never used. */
const platform = Layer.mergeAll(
  FileSystem.layerNoop({}),
  Path.layer,
  Layer.mock(Terminal.Terminal, {}),
  CliConfig.layer({ isCaseSensitive: true, showBuiltIns: false })
)

const main = Effect.gen(function*() {
  const { operands, print, words } = yield* Argv.read(Argv.systemArguments())
  if (print !== undefined) return yield* write(print === "help" ? help : `${version}\n`)
  yield* quiet(Command.run(command(operands), { name: "procfsroot", version })(["node", "procfsroot", ...words]))
}).pipe(
  Effect.provide(platform),
  Effect.catchTags({
    WrongUsage: ({ message }) => Effect.zipRight(complain(message), Status.wrongUsage),
    Unusable: ({ message }) => Effect.zipRight(complain(message), Status.unusable),
    NobodyReads: () => Effect.void
  }),
  // All other errors are those of @effect/cli, about values of options.
  Effect.catchAll(({ error }) => Effect.zipRight(complain(sentence(error)), Status.wrongUsage)),
  Effect.catchAllCause((cause) => Effect.zipRight(complain(Cause.pretty(cause)), Status.unusable))
)

Effect.runFork(main)
