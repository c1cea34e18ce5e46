/** `procfsroot resolve`: prints one result per path, in order. */
import type { OpenRoot, Resolution } from "@procfsroot/node/OpenRoot"
import type { Options as Policy } from "@procfsroot/path/Policy"
import { message } from "@procfsroot/vfs/ResolveFailure"
import { WrongUsage } from "../failure.js"
import * as Json from "../json.js"
import { command, flag } from "../options.js"
import { complainOf, record, write } from "../output.js"
import { policyOf, policyOptions } from "../policy.js"
import { reading, readingOptions } from "../reading.js"
import { recordsOfInput } from "../records.js"

interface Form {
  readonly json: boolean
  /** Print the path to open from the host, in addition to the one inside the root (JSON) or instead of it. */
  readonly host: boolean
  readonly separator: "\n" | "\0"
}

/**
 * Resolving a million paths must fit in 200 MB, whatever their names are. Remembering more names would gain little,
 * since there are few directories.
 */
const maxRemembered = 20_000

const report = async (
  root: OpenRoot,
  paths: ReadonlyArray<string>,
  answers: ReadonlyArray<Resolution>,
  { host, json, separator }: Form
): Promise<void> => {
  const records: Array<string> = []
  const complaints: Array<string> = []
  for (const [i, { error, path: resolved }] of answers.entries()) {
    if (error !== undefined) process.exitCode = 1
    const place = resolved === undefined || !host ? undefined : root.hostPath(resolved)
    if (json) {
      records.push(Json.line({
        path: paths[i] ?? "",
        ...(error === undefined ? Json.resolved(resolved, place) : Json.failed(error))
      }))
    } else if (error === undefined) records.push(record(place ?? resolved, separator))
    else complaints.push(message(error))
  }
  if (complaints.length > 0) await complainOf(complaints.join("\n"))
  if (records.length > 0) await write(records.join(""))
}

/** Resolves all paths and writes the results, one part at a time. */
const resolveAll = async (
  root: OpenRoot,
  parts: AsyncIterable<ReadonlyArray<string>> | Iterable<ReadonlyArray<string>>,
  options: Policy & { readonly signal: AbortSignal | undefined },
  form: Form
): Promise<void> => {
  for await (const paths of parts) {
    if (paths.length > 0) await report(root, paths, await root.resolveAll(paths, { ...options, maxRemembered }), form)
  }
}

const demand = (holds: boolean, sentence: string): void => {
  if (!holds) throw new WrongUsage(sentence)
}

const options = {
  ...readingOptions,
  ...policyOptions,
  host: flag("Print the path to open from the host instead of the path in the root."),
  json: flag("Print one JSON object per line: path, and resolved (with --host also host) or error."),
  stdin: flag(
    "Read the paths from standard input, one per line. An empty line is an empty path: it is not found, as in the kernel."
  ),
  z: flag("With --stdin, end paths with NUL instead of newline, and without --json also results.")
}

export const resolve = command(
  {
    name: "resolve",
    summary: "Prints where each path leads inside the root, one line per path, in order.",
    operands: { usage: "(PATH... | --stdin [-z])", least: 0, most: Number.POSITIVE_INFINITY },
    options,
    details: [
      "If a path fails, one sentence on standard error says why (with --json, an object with \"error\"), and the " +
      "others are still resolved.",
      "If somebody else changes the root, a path may be wrong by the time you use it, and lead out of the root. To " +
      "read or copy a file there, use \"cat\" or \"cp\".",
      "The bytes of names are printed unchanged, with two exceptions: on a terminal, names with control or invisible " +
      "characters are put in double quotes and escaped as in JSON, and a name with a newline is always escaped, unless " +
      "-z separates the results. Error messages and --json always escape such characters.",
      "With --json, if a text such as path, resolved or at is not UTF-8, its bytes are in a field with _base64 after " +
      "its name, such as path_base64."
    ],
    examples: [
      {
        words: "resolve --pid 4711 /var/run/docker.sock",
        does: "Prints where the socket is in the root of a process."
      },
      { words: "resolve --root image --host /bin/sh", does: "Prints the path to open from the host." }
    ]
  },
  async (values, operands) => {
    const { host, json, stdin, z } = values
    demand(stdin || operands.length > 0, "Give at least one PATH, or --stdin.")
    demand(!stdin || operands.length === 0, "Give the paths either as PATH or with --stdin, not both.")
    demand(!z || stdin, "The option -z requires --stdin.")
    const separator = z ? "\0" : "\n"
    // For a few paths, loading the native calls would take longer than they save.
    const opening = stdin ? {} : { strategy: "walk" } as const
    await reading(values, ({ root, signal }) => {
      const parts = stdin ? recordsOfInput(separator, signal) : [operands]
      return resolveAll(root, parts, { ...policyOf(values), signal }, { host, json, separator })
    }, opening)
  }
)
