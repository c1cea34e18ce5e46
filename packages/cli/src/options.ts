/**
 * Describes commands and their options as data. The parser, `--help`, the completions, the manual page and
 * `docs/command.md` use it.
 */
import { WrongUsage } from "./failure.js"

/** An option without a value. */
export interface Flag {
  readonly _tag: "Flag"
  /** A letter with the same meaning. An option whose name is a letter has no other. */
  readonly short?: string
  readonly describe: string
}

/** An option with a value. */
export interface Valued<out A> {
  readonly _tag: "Valued"
  /** Only flags have a letter. */
  readonly short?: never
  readonly metavar: string
  readonly describe: string
  readonly choices?: ReadonlyArray<string>
  /** Throws `WrongUsage`. */
  readonly read: (text: string, option: string) => A
}

export type Option = Flag | Valued<unknown>

/** Options by name, without dashes. */
export type Options = Readonly<Record<string, Option>>

/** The values of the options on a command line. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Valued<infer A> ? A | undefined : boolean
}

export const flag = (describe: string, short?: string): Flag => ({
  _tag: "Flag",
  describe,
  ...(short === undefined ? {} : { short })
})

export const text = (metavar: string, describe: string): Valued<string> => ({
  _tag: "Valued",
  metavar,
  describe,
  read: (text) => text
})

/** A text that is not empty. */
export const filled = (metavar: string, describe: string): Valued<string> => ({
  ...text(metavar, describe),
  read: (text, option) => {
    if (text !== "") return text
    throw new WrongUsage(`The option ${option} needs a value.`)
  }
})

/** A number in plain digits: `1e3`, `0x10` and `+1` are not accepted. */
export const whole = (metavar: string, describe: string, least: number): Valued<number> => ({
  _tag: "Valued",
  metavar,
  describe,
  read: (text, option) => {
    if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text)
    if (/^\d{16,}$/.test(text)) throw new WrongUsage(`The option ${option} takes a number of at most 15 digits.`)
    throw new WrongUsage(`The option ${option} takes a whole number of at least ${least}.`)
  }
})

export const choice = <A extends string>(
  metavar: string,
  choices: ReadonlyArray<A>,
  describe: string
): Valued<A> => ({
  _tag: "Valued",
  metavar,
  describe,
  choices,
  read: (text, option) => {
    const chosen = choices.find((value) => value === text)
    if (chosen !== undefined) return chosen
    throw new WrongUsage(`The option ${option} takes one of ${choices.join(", ")}.`)
  }
})

/** The option as it is written on a command line. */
export const spelled = (name: string): string => name.length === 1 ? `-${name}` : `--${name}`

/** Every way to write an option: its letter, if it has one, and its name. */
export const spellings = (name: string, { short }: Option): ReadonlyArray<string> =>
  short === undefined ? [spelled(name)] : [spelled(short), spelled(name)]

/** An example of a command line, and what it does. */
interface Example {
  readonly words: string
  readonly does: string
}

/** The operands that a command takes. */
interface Operands {
  /** As the usage line shows them. */
  readonly usage: string
  readonly least: number
  readonly most: number
}

/** A command as its help describes it. */
export interface Description {
  readonly name: string
  /** One line, in the third person. */
  readonly summary: string
  readonly operands: Operands
  readonly options: Options
  /** Letters of options that similar commands have, and whose effect this command always has. */
  readonly implied?: string
  /** What to write instead of an option that only other commands have. */
  readonly instead?: Readonly<Record<string, string>>
  /** Paragraphs. */
  readonly details: ReadonlyArray<string>
  readonly examples: ReadonlyArray<Example>
}

/** A command that can be run. `run` takes the values of its own options. */
export interface Command extends Description {
  readonly run: (values: Readonly<Record<string, unknown>>, operands: ReadonlyArray<string>) => Promise<void>
}

export const command = <O extends Options>(
  description: Description & { readonly options: O },
  run: (values: Values<O>, operands: ReadonlyArray<string>) => Promise<void>
): Command => ({
  ...description,
  run: (values, operands) => run(values as Values<O>, operands) // they were parsed with these options
})
