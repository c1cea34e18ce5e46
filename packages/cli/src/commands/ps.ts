/** `procfsroot ps`: lists the roots of this machine. */
import { type Container, list } from "../containers/find.js"
import { fullName, selectors, shortId } from "../containers/select.js"
import { WrongUsage } from "../failure.js"
import * as Json from "../json.js"
import { command, flag } from "../options.js"
import { legible, write } from "../output.js"
import { timed, timeoutOption } from "../timeout.js"

/** Shows `?` for a value that could not be read, and `-` for one that is missing. */
const shown = (value: string | undefined, isUnreadable: boolean): string =>
  value === undefined ? isUnreadable ? "?" : "-" : legible(value)

const rowOf = (container: Container): ReadonlyArray<string> => {
  const { command, imageRoot, pid, processes, runtime, unreadable, user } = container
  return [
    String(pid),
    shown(user, unreadable.includes("user")),
    String(processes),
    runtime,
    shown(shortId(container), false),
    shown(fullName(container), unreadable.includes("name")),
    shown(imageRoot, unreadable.includes("image root") || unreadable.includes("root")),
    legible(command)
  ]
}

const HEAD = ["PID", "USER", "PROCESSES", "RUNTIME", "ID", "NAME", "ROOT", "COMMAND"]

/** The columns of numbers, which are aligned to the right. */
const NUMBERS = [0, 2]

/** One line for each row. Columns are two spaces apart. */
const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0
      return NUMBERS.includes(column) ? cell.padStart(width) : cell.padEnd(width)
    })
    return `${cells.join("  ").trimEnd()}\n`
  }).join("")
}

export const ps = command(
  {
    name: "ps",
    summary: "Lists the containers and other roots of this machine, one per line.",
    operands: { usage: "", least: 0, most: 0 },
    options: {
      ...timeoutOption,
      json: flag("Print one JSON object per line, with whole ids."),
      quiet: flag("Print only what --container takes, one per line: names, or ids if names are not unique.", "q")
    },
    details: [
      "Each mount namespace and each chroot is a root. PID, USER and COMMAND are those of the first process in it, and " +
      "PROCESSES is the number of its processes. RUNTIME is what created it: the name of a container runtime, chroot, " +
      "namespace (another program), host (this machine itself), or unknown. ID is the beginning of the container's id. " +
      "NAME is the value for --container. It begins with the namespace and the pod, if there are any. ROOT is the " +
      "path of the root on the host.",
      "A ? stands for something that could not be read: run this as root to see it. A - stands for something that the " +
      "root does not have: many roots, for example those of rootless podman, are mounted in another mount namespace " +
      "and have no path on the host.",
      "All of this is read from /proc and from the files of runtimes; no daemon is asked. Processes that /proc hides " +
      "from you (the mount option hidepid) are missing. The files are read in their " +
      "usual places, including those of k3s, RKE2, k0s, MicroK8s and docker as a snap, and also in the data-root of " +
      "docker and the graphroot of podman, if they have another.",
      "With --json, an object has pid, startTime (field 22 of /proc/PID/stat), user, command, processes, runtime, and " +
      "unreadable, a list of what could not be read. Where they are known, it also has name, namespace, pod, podUid, " +
      "id, imageRoot (the path of the root on the host), and inside, the PID of the container that it is part of. If a " +
      "text such as command is not UTF-8, its bytes are in a field with _base64 after its name, such as command_base64."
    ],
    examples: [
      { words: "ps", does: "Lists the containers and other roots of this machine." },
      { words: "cat --container web /etc/os-release", does: "Prints the distribution of one of them." },
      { words: "ps -q", does: "Lists the names of the containers, for scripts and completions." }
    ]
  },
  ({ json, quiet, timeout }) => {
    if (json && quiet) throw new WrongUsage("Only one of --json and --quiet can be given.")
    return timed(timeout, async (signal) => {
      const containers = await list({}, signal)
      if (json) return await write(containers.map((container) => Json.line(container)).join(""))
      if (quiet) return await write(selectors(containers).map((text) => `${text}\n`).join(""))
      await write(table([HEAD, ...containers.map(rowOf)]))
    })
  }
)
