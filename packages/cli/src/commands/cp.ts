/** `procfsroot cp`: copies between the host and roots, or between two roots. */
import { Copier } from "../copy/copy.js"
import type { CopySummary } from "../copy/events.js"
import { lastSentence, Messages } from "../copy/messages.js"
import { packTo } from "../copy/pack.js"
import { type End, plan } from "../copy/plan.js"
import { unpackFrom } from "../copy/unpack.js"
import { NobodyReads, Unusable, WrongUsage } from "../failure.js"
import { stopAtSignal, writtenOrAborted } from "../interrupt.js"
import { command, flag, type Values } from "../options.js"
import { legible, onTerminal, writeBytes } from "../output.js"
import { placeOf, type PlaceOperand, PLACES } from "../placeOperand.js"
import { isPiped, openInput } from "../streams.js"
import { signalOf, timeoutOption, tooLong } from "../timeout.js"
import { type Opened, openWhere } from "../where.js"

/** The operand for a tar stream. A file with this name is written as `./-`. */
const STREAM = "-"

const checkStreams = (sources: ReadonlyArray<string>, destination: string, dryRun: boolean): void => {
  if (sources.includes(STREAM)) {
    if (sources.length > 1 || destination === STREAM) {
      throw new WrongUsage(
        "If a source is a tar stream (-), it must be the only source, and the destination must be a directory."
      )
    }
    if (process.stdin.isTTY === true) throw new WrongUsage("A tar stream cannot be read from a terminal.")
  }
  if (destination === STREAM && onTerminal() && !dryRun) {
    throw new WrongUsage("A tar stream cannot be written to a terminal: send it to a file or a pipe.")
  }
}

/** How many bytes of an archive in a file are read at a time. */
const PART = 1 << 16

/** Unlike the end of a listing, the end of an archive must not be lost unnoticed. */
const writeArchive = async (bytes: Uint8Array, signal: AbortSignal): Promise<void> => {
  try {
    await writtenOrAborted(writeBytes(bytes), signal)
  } catch (error) {
    throw error instanceof NobodyReads
      ? new Unusable("The archive is incomplete: its reader ended before it was written (EPIPE).")
      : error
  }
}

/** Opens each root only once, no matter how many sources are in it. */
class Roots {
  readonly #open = new Map<string, Opened>()

  async end({ path, policy, where }: PlaceOperand): Promise<End> {
    const key = JSON.stringify([where, policy])
    const root = this.#open.get(key) ?? await openWhere(where, policy, true)
    this.#open.set(key, root)
    return { root, path }
  }

  async close(): Promise<void> {
    for (const root of this.#open.values()) await root.close()
  }
}

const options = {
  ...timeoutOption,
  follow: flag("If a source is a link, copy the file that it leads to.", "L"),
  "no-owner": flag("Do not keep user and group. Only root can keep them."),
  overwrite: flag(
    "Replace existing files (the default). If --no-overwrite is given as well, the last of the two counts."
  ),
  "no-overwrite": flag("Keep existing files as they are. The exit status stays 0.", "n"),
  "one-file-system": flag("Copy a mount point as an empty directory, without the files mounted there.", "x"),
  "dry-run": flag(
    "Print what would be copied, and change nothing, not even to find out whether the copies can be written."
  )
}

interface Work {
  readonly paths: ReadonlyArray<string>
  readonly destination: string
  readonly values: Values<typeof options>
  readonly roots: Roots
  readonly messages: Messages
  readonly signal: AbortSignal
}

/** Copies all sources: from an archive, into one, or file by file. */
const copyAll = async (
  { destination, messages, paths, roots, signal, values }: Work
): Promise<ReadonlyArray<CopySummary>> => {
  const { "dry-run": dryRun, follow, "no-overwrite": keeps, "no-owner": isNobody } = values
  const { on, say } = messages
  // Only root can change the owner of files.
  const owner = !isNobody && process.geteuid?.() === 0
  const reading = { follow, oneFileSystem: values["one-file-system"] }
  const writing = { owner, overwrite: !keeps, dryRun, signal }
  if (paths.includes(STREAM)) {
    const to = await roots.end(placeOf(destination))
    const input = openInput(PART)
    try {
      return [await unpackFrom(input, to, { ...writing, isPiped: isPiped() }, on, say)]
    } finally {
      // If the archive is not read to its end, the open standard input would keep the process running.
      input.destroy()
    }
  }
  const sources: Array<End> = []
  for (const path of paths) sources.push(await roots.end(placeOf(path)))
  if (destination === STREAM) {
    const writeNext = (bytes: Uint8Array) => writeArchive(bytes, signal)
    return [await packTo(writeNext, sources, { ...reading, owner: !isNobody, dryRun, signal }, on, say)]
  }
  const to = await roots.end(placeOf(destination))
  const summaries: Array<CopySummary> = []
  await using copier = new Copier(to.root, { ...reading, ...writing, several: sources.length > 1 }, on)
  const planned = await plan(sources, to, { follow, overwrite: !keeps })
  for (const { destination: path, refused, source } of planned) {
    if (path === undefined) await messages.fail(`${legible(source.path)} was not copied: ${refused}.`)
    else {
      summaries.push(await copier.copy(source.root, source.path, path))
      await say()
    }
  }
  return summaries
}

export const cp = command(
  {
    name: "cp",
    summary: "Copies files and directories into a root, out of it, or from one to another.",
    operands: { usage: "SOURCE... DESTINATION", least: 2, most: Number.POSITIVE_INFINITY },
    options,
    implied: "adfpPrR", // of GNU cp
    instead: { container: "NAME:/PATH", pid: "pid:PID:/PATH" },
    details: [
      PLACES,
      "A directory is copied with everything in it. If DESTINATION is an existing directory, the copy is created " +
      "in it. Otherwise DESTINATION is the copy, and its parent directory must exist. \"SOURCE/.\" copies the content " +
      "of a directory, but not the directory itself. If there are several sources, DESTINATION must be a directory.",
      "Existing files are replaced. Existing directories keep their modes and owners, and files are added to them. A " +
      "link to a file is replaced, not that file. A mount point is never replaced, and a device, fifo or socket only by " +
      "another one, or from an archive. In a directory that the copy creates, and among several sources, files do not " +
      "replace each other: if the file system ignores upper and lower case, only one of A and a is copied, and the " +
      "exit status is 1. But the content of \"SOURCE/.\" replaces what earlier sources have put in its place, as with " +
      "\"cp -a\", and an entry of an archive replaces an earlier one, as with tar.",
      "Links are copied as links. Modes, times, holes, hard links, extended attributes and, as root, owners are kept. " +
      "If a mode, times, a hard link, an ACL or, as root, an owner cannot be kept, the file is copied without it, and " +
      "the exit status is 1, as with \"cp -a\". If only other extended attributes are lost, it stays 0. Each reason is " +
      "printed once. Without its ACL, a copy gives its group no more than the ACL did. Set-id bits are kept only " +
      "together with the owner, so never for an ordinary user or with --no-owner, and only of files and directories. " +
      "The label that SELinux or Smack gave a file is not kept: its copy gets the one that new files have in its " +
      "directory. Archives contain the labels.",
      "A container with a user namespace has its own numbers for users. A copy belongs to the user with the same number " +
      "on its side: a file of root on the host becomes a file of the container's root, and the reverse. ACLs, " +
      "capabilities and archives have these numbers too. A copy from such a container loses set-id bits and " +
      "capabilities if it belongs to another user on the host. Archives keep them. To copy into such a container, root " +
      "also needs CAP_SETUID, CAP_SETGID and native calls (koffi or Node 26), since many of its mounts accept only files " +
      "of its own users. With --no-owner, files that root copies into any container belong to the container's root.",
      "Nothing outside a root is read or written, even if files in it are renamed during the copy. Nobody sees a " +
      "half-written file: it is written under a temporary name in the same directory, and then renamed. In a directory " +
      "where files can be created but not removed (\"chattr +a\"), this fails, and the temporary file stays.",
      "If DESTINATION is -, a tar stream is written to standard output, with the names that \"tar -C PARENT -c " +
      "NAME\" would write, and zeros in place of holes.",
      "If the only SOURCE is -, a tar stream is read from standard input and unpacked in the directory DESTINATION. " +
      "Names with .. and names that lead through a link are refused, leading slashes are removed, and links are " +
      "created last. Sparse files of GNU tar and bsdtar can be read.",
      "In both directions, extended attributes are kept, as with \"tar --xattrs\". ACLs are also written as with \"tar " +
      "--acls\", which bsdtar needs. Those that \"tar --acls\" and bsdtar write can be read if all their users and " +
      "groups have numbers."
    ],
    examples: [
      { words: "cp web:/var/log ./logs", does: "Copies the logs of a container to ./logs." },
      { words: "cp app.conf pid:4711:/etc/", does: "Puts a file into the root of a process." },
      { words: "cp -x web:/ ./web", does: "Copies a whole container, without /proc and other mounts." },
      { words: "cp web:/var/log - > log.tar", does: "Writes the logs of a container to an archive." },
      { words: "cp - web:/tmp < x.tar", does: "Unpacks an archive in a container. The container needs no tar." }
    ]
  },
  async (values, operands) => {
    const paths = operands.slice(0, -1)
    const destination = operands.at(-1) ?? "."
    const { "dry-run": dryRun, timeout } = values
    checkStreams(paths, destination, dryRun)
    const interrupt = new AbortController()
    const { signal } = interrupt
    let reason = "Interrupted"
    const stop = () => interrupt.abort()
    signalOf(timeout)?.addEventListener("abort", () => {
      reason = tooLong(timeout ?? 0)
      stop()
    })
    const roots = new Roots()
    const ignoreSignals = stopAtSignal(stop)
    const messages = new Messages(dryRun, interrupt)
    try {
      const summaries = await copyAll({ paths, destination, values, roots, messages, signal })
      messages.check()
      const last = lastSentence(summaries, destination === STREAM, reason)
      if (last !== undefined) await messages.fail(last)
    } finally {
      messages.clear()
      await roots.close()
      await ignoreSignals()
    }
  }
)
