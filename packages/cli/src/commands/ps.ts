/** `procfsroot ps`: lists the roots of this machine. */
import { type Container, list } from "../containers/find.js"
import * as Json from "../json.js"
import { command, flag } from "../options.js"
import { legible, write } from "../output.js"
import { columns } from "../table.js"
import { timed, timeoutOption } from "../timeout.js"

/** How many digits of an id are shown, like in docker. */
const SHORT = 12

/** Shows `?` for a value that could not be read, and `-` for one that is missing. */
const shown = (value: string | undefined, isUnreadable: boolean): string =>
  value === undefined ? isUnreadable ? "?" : "-" : legible(value)

const nameOf = ({ name, namespace, pod }: Container): string | undefined =>
  name === undefined ? undefined : [namespace, pod, name].filter((part) => part !== undefined).join("/")

const rowOf = (container: Container): ReadonlyArray<string> => {
  const { command, id, imageRoot, pid, processes, runtime, unreadable, user } = container
  return [
    String(pid),
    shown(user, unreadable.includes("user")),
    String(processes),
    runtime,
    shown(id?.slice(0, SHORT), false),
    shown(nameOf(container), unreadable.includes("name")),
    shown(imageRoot, unreadable.includes("image root") || unreadable.includes("root")),
    legible(command)
  ]
}

const HEAD = ["PID", "USER", "PROCESSES", "RUNTIME", "ID", "NAME", "ROOT", "COMMAND"]

export const ps = command(
  {
    name: "ps",
    summary: "Lists the roots of this machine, one line per mount namespace or chroot.",
    operands: { usage: "", least: 0, most: 0 },
    options: { ...timeoutOption, json: flag("Print one JSON object per line, with whole ids.") },
    details: [
      "Each line shows the first process in the root, with its PID and user, and the runtime that created the " +
      "root, as far as /proc, the process's cgroup and the files of runtimes show it. No daemon is asked. A ? " +
      "stands for something that could not be read: run this as root to see it. NAME is the value for --container, " +
      "with the namespace and the pod before it if there are any.",
      "The runtimes' files are read in their usual places, also those of k3s, RKE2, k0s, MicroK8s and docker as a " +
      "snap. For docker, the data-root in /etc/docker/daemon.json is read as well."
    ],
    examples: [
      { words: "ps", does: "Lists the containers and other roots of this machine." },
      { words: "cat --container web /etc/os-release", does: "Prints the distribution of one of them." }
    ]
  },
  ({ json, timeout }) =>
    timed(timeout, async (signal) => {
      const containers = await list({}, signal)
      await write(
        json
          ? containers.map((container) => Json.line(container)).join("")
          : columns([HEAD, ...containers.map(rowOf)], new Set([0, 2]))
      )
    })
)
