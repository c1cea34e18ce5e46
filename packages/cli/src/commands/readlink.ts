/** `procfsroot readlink`: prints the targets of links. */
import { quote } from "@procfsroot/vfs/ResolveFailure"
import { codeOf } from "../failure.js"
import { command, flag } from "../options.js"
import { complainOf, write } from "../output.js"
import { shown } from "../names.js"
import { attempt, type Reading, reading, readingOptions } from "../reading.js"

const options = {
  ...readingOptions,
  z: flag("End each line with NUL instead of newline, and print names unchanged on a terminal too.")
}

/** Returns `undefined` for a file that is not a link. */
const targetOf = async ({ root }: Reading, path: string): Promise<string | undefined> => {
  try {
    return await root.promises.readlink(path)
  } catch (error) {
    if (codeOf(error) === "EINVAL") return undefined
    throw error
  }
}

export const readlink = command(
  {
    name: "readlink",
    summary: "Prints the targets of symbolic links, one for each PATH.",
    operands: { usage: "PATH...", least: 1, most: Number.POSITIVE_INFINITY },
    options,
    details: [
      "The target is not resolved. To see where a path leads, use \"resolve\".",
      "Links before the last name are followed inside the root. A file that is not a link is an error."
    ],
    examples: [{ words: "readlink --container web /etc/localtime", does: "Prints the time zone of a container." }]
  },
  (values, paths) =>
    reading(values, async (use) => {
      for (const path of paths) {
        await attempt(use, path, "read as a link", async () => {
          const target = await targetOf(use, path)
          if (target === undefined) await complainOf(`${quote(path)} is not a symbolic link (EINVAL).`)
          else await write(values.z ? `${target}\0` : `${shown(target)}\n`)
        })
      }
    })
)
