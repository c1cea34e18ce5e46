/** The commands and their options for `@effect/cli`. The help text explains them. */
import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import type { ResolveOptions } from "@procfsroot/platform/Root"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Explain from "./explain.js"
import { WrongUsage } from "./failure.js"
import { records, standardInput } from "./records.js"
import * as Resolve from "./resolve.js"
import * as Root from "./root.js"

/** A number in plain digits: `1e3`, `0x10` and `+1` are not accepted. */
const whole = (name: string, least: number): Options.Options<number> =>
  Options.filterMap(
    Options.text(name),
    (text) => /^\d{1,10}$/.test(text) && Number(text) >= least ? Option.some(Number(text)) : Option.none(),
    `The option --${name} takes a whole number of at least ${least}.`
  )

const choice = <A extends string>(name: string, values: readonly [A, ...Array<A>]): Options.Options<A> =>
  Options.text(name).pipe(
    Options.filterMap(
      (text) => Option.fromNullable(values.find((value) => value === text)),
      `The option --${name} takes one of ${values.join(", ")}.`
    ),
    Options.withDefault(values[0])
  )

const common = {
  root: Options.optional(Options.text("root")),
  pid: Options.optional(whole("pid", 1)),
  keepLast: Options.boolean("keep-last"),
  containment: choice("containment", ["clamp", "reject", "beneath"]),
  missing: choice("missing", ["error", "last", "tail"]),
  maxSymlinks: Options.withDefault(whole("max-symlinks", 0), 255),
  noSymlinks: Options.boolean("no-symlinks"),
  json: Options.boolean("json"),
  host: Options.boolean("host"),
  /** Operands are handled in `argv.ts`. What arrives here is an option that this command does not have. */
  strangers: Args.repeated(Args.text())
}

type Common = Command.Command.ParseConfig<typeof common>

const policy = (config: Common): ResolveOptions => ({
  containment: config.containment,
  missing: config.missing,
  maxSymlinks: config.maxSymlinks,
  lastComponent: config.keepLast ? "keep" : "follow",
  symlinks: config.noSymlinks ? "forbid" : "follow"
})

const demand = (holds: boolean, message: string): Effect.Effect<void, WrongUsage> =>
  holds ? Effect.void : new WrongUsage({ message })

const where = (command: string, { pid, root, strangers }: Common): Effect.Effect<Root.Where, WrongUsage> => {
  const [stranger] = strangers
  if (stranger !== undefined) return new WrongUsage({ message: `The command ${command} has no option ${stranger}.` })
  const named: ReadonlyArray<Root.Where> = [
    ...Option.match(root, { onNone: () => [], onSome: (path) => [{ _tag: "Directory" as const, path }] }),
    ...Option.match(pid, { onNone: () => [], onSome: (pid) => [{ _tag: "Process" as const, pid }] })
  ]
  const [only, another] = named
  return only === undefined || another !== undefined
    ? new WrongUsage({ message: "Exactly one of --root DIR and --pid PID is needed." })
    : Effect.succeed(only)
}

const resolveOptions = { ...common, stdin: Options.boolean("stdin"), nul: Options.boolean("z") }

const resolve = (operands: ReadonlyArray<string>) =>
  Command.make("resolve", resolveOptions, (config) =>
    Effect.gen(function*() {
      const root = yield* where("resolve", config)
      yield* demand(config.stdin || operands.length > 0, "At least one PATH is needed, or --stdin.")
      yield* demand(!config.stdin || operands.length === 0, "The paths come as PATH or from --stdin, not from both.")
      yield* demand(!config.nul || config.stdin, "The option -z goes with --stdin.")
      const separator = config.nul ? "\0" : "\n"
      const paths = config.stdin ? records(separator.charCodeAt(0))(standardInput) : Stream.fromIterable(operands)
      yield* Resolve.resolve(yield* Root.open(root), paths, policy(config), { ...config, separator })
    }).pipe(Effect.scoped))

const explain = (operands: ReadonlyArray<string>) =>
  Command.make("explain", common, (config) =>
    Effect.gen(function*() {
      const root = yield* where("explain", config)
      const [path = "", ...others] = operands
      yield* demand(operands.length > 0 && others.length === 0, "The command explain takes exactly one PATH.")
      yield* Explain.explain(yield* Root.open(root), path, policy(config), config)
    }).pipe(Effect.scoped))

/** The command, for these operands. */
export const command = (operands: ReadonlyArray<string>) =>
  Command.withSubcommands(Command.make("procfsroot"), [resolve(operands), explain(operands)])
