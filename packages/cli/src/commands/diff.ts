/** `procfsroot diff`: prints what has changed in a container since its image, or how two roots differ. */
import type { OpenRoot } from "@procfsroot/node/OpenRoot"
import { type Change, Comparison, type Directory, type File, nowhere, type Report } from "../diff/compare.js"
import { openImage } from "../diff/layers.js"
import { mergedRoot } from "../diff/merged.js"
import { openTree } from "../diff/plain.js"
import { codeOf, WrongUsage } from "../failure.js"
import * as Json from "../json.js"
import { shown } from "../names.js"
import { command, filled, flag, type Values } from "../options.js"
import { complainOf } from "../output.js"
import { placeOf, PLACES } from "../placeOperand.js"
import { splitPath } from "../paths.js"
import { attempt, failedWith, type Reading, reading, readingOptions } from "../reading.js"
import { openWhere } from "../where.js"

const options = {
  ...readingOptions,
  against: filled("PLACE", "Compare with this directory instead of the image."),
  print0: flag("End each line with NUL instead of newline, and print paths unchanged on a terminal too."),
  json: flag(
    "Print one JSON object per line: path, and change, which is added, changed or deleted. If a path is not UTF-8, its " +
      "bytes are in path_base64."
  )
}

const letters: Readonly<Record<Change, string>> = { added: "A", changed: "C", deleted: "D" }

const lineOf = (values: Values<typeof options>) => (change: Change, path: string): string => {
  if (values.json) return Json.line({ path, change })
  return `${letters[change]} ${values.print0 ? `${path}\0` : `${shown(path)}\n`}`
}

/**
 * Finds the file at a place, name by name. The directories on the way are added to `opened`, and the caller closes
 * them.
 */
const fileAt = async (top: File | undefined, place: string, opened: Array<Directory>): Promise<File | undefined> => {
  let file = top
  for (const name of place.split("/").filter((name) => name !== "")) {
    if (file?.attributes.type !== "Directory") return undefined
    const directory = await file.open()
    opened.push(directory)
    const found = await directory.look(name)
    file = found === "mounted" ? undefined : found
  }
  return file
}

/**
 * Whether a place in the root is on another mount than `/`, which is on `mountId`. The layers have what is below it: an empty file or directory, if the mount
 * point was created for it. The place of a deleted file is where its directory is.
 */
const isMounted = async (root: OpenRoot, mountId: bigint | undefined, place: string): Promise<boolean> => {
  try {
    return (await root.directory.lstat(place)).mountId !== mountId
  } catch (error) {
    const code = codeOf(error)
    if (code === "ENOENT" || code === "ENOTDIR") return isMounted(root, mountId, splitPath(place).parent)
    if (code === "ENAMETOOLONG") return false // layers can have longer paths than a system call takes
    throw error
  }
}

const againstImage = async ({ root, signal }: Reading, paths: ReadonlyArray<string>, report: Report) => {
  const { mountId } = await root.directory.lstat("/")
  const comparison = new Comparison(report, signal, (path) => isMounted(root, mountId, path))
  await using image = await openImage(root)
  const [now, before] = [await mergedRoot(image.now), await mergedRoot(image.before)]
  for (const path of paths) {
    await attempt({ root, signal }, path, "compared", async () => {
      const place = await root.resolve(path, { lastComponent: "keep", missing: "tail", signal })
      if (await isMounted(root, mountId, place)) return complainOf(failedWith(path, "compared", "EXDEV"))
      const opened: Array<Directory> = []
      try {
        const [file, fileBefore] = [await fileAt(now, place, opened), await fileAt(before, place, opened)]
        if (file === undefined && fileBefore === undefined) {
          return await complainOf(failedWith(path, "compared", "ENOENT"))
        }
        await comparison.compare(place, file, fileBefore)
      } finally {
        for (const directory of opened) await directory[Symbol.asyncDispose]()
      }
    })
  }
}

const againstPlace = async (use: Reading, path: string, against: string, report: Report) => {
  const comparison = new Comparison(report, use.signal, nowhere)
  const { path: pathThere, policy, where } = placeOf(against)
  await using root = await openWhere(where, { readOnly: true })
  const there = { root, signal: use.signal }
  await using now = await attempt(use, path, "compared", () => openTree(use.root, path, use.signal))
  await using before = await attempt(there, pathThere, "compared", () => openTree(root, pathThere, use.signal, policy))
  if (now === undefined || before === undefined) return
  // The comparison never reports "/" itself.
  if (now.place === "/" && before.file?.attributes.type !== "Directory") {
    return complainOf(failedWith(pathThere, "compared", "ENOTDIR"))
  }
  await attempt(use, path, "compared", () => comparison.compare(now.place, now.file, before.file))
}

export const diff = command(
  {
    name: "diff",
    summary: "Prints what has changed in a container since its image, like \"docker diff\".",
    operands: { usage: "[PATH]...", least: 0, most: Number.POSITIVE_INFINITY },
    options,
    details: [
      "A means added, C changed, D deleted. A directory comes before what is in it, and names are in the order of " +
      "their bytes. With a PATH, only this file or directory is compared, with everything below it. If it is a " +
      "link, it is followed only with --against.",
      "A file is changed if its type, mode, owner, group, size, time of modification, device number, link or " +
      "capabilities differ. Its content is not read. Times are compared to the microsecond, and a time in whole " +
      "seconds equals any other in the same second. " +
      "A directory is changed if its mode or owner differs, or if something in it has changed. The content of a " +
      "deleted directory is not listed. A directory that was deleted and created again is compared with the old " +
      "one; \"podman diff\" prints D for it, and nothing for /run and /etc/mtab.",
      "Without --against, the root must be an overlay (overlayfs), whose lower layers are the image. To read them, " +
      "run this as root, or with CAP_DAC_READ_SEARCH and CAP_SYS_ADMIN. This also needs koffi or Node 26. Mounts in " +
      "the root, such as volumes, are left out, and so are the files and directories that were created for them. If " +
      "the overlay has the option index=on, a changed file with several names (hard links) is reported only under the " +
      "name by which it was changed.",
      "With --against, the files below PATH, by default all, are compared with those below PLACE, as if PLACE were the " +
      "image: A means that PLACE does not have the file, and D that only PLACE has it. A link as PATH or PLACE is " +
      "followed. Mounts below PATH and PLACE are left out. Owners are compared by the numbers that each side sees. " +
      PLACES
    ],
    examples: [
      { words: "diff --container web", does: "Prints what has changed in a container." },
      { words: "diff --pid 4711 /etc --json", does: "Prints the changes in /etc as JSON, for other programs." },
      {
        words: "diff --container web /etc --against old:/etc",
        does: "Prints how the configurations of two containers differ."
      }
    ]
  },
  async (values, paths) => {
    const { against, json, print0 } = values
    if (json && print0) throw new WrongUsage("Only one of --json and --print0 can be given.")
    if (against !== undefined && paths.length > 1) throw new WrongUsage("With --against, only one PATH can be given.")
    await reading(values, async (use) => {
      const line = lineOf(values)
      const report: Report = (change, path) => use.out.add(line(change, path))
      const [path = "/"] = paths
      if (against === undefined) await againstImage(use, paths.length === 0 ? [path] : paths, report)
      else await againstPlace(use, path, against, report)
    })
  }
)
