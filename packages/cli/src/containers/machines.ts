/** Reads what systemd and LXC have recorded about containers that run a whole system. */
import { type Claim, type Runtime, validName } from "./cgroup.js"
import { type Facts, facts, first, initIn, validPath } from "./facts.js"
import type { Files } from "./files.js"

export const machine = async (files: Files, { name, unit }: Claim): Promise<Facts> => {
  const linked = validName(unit === undefined ? undefined : await files.link(`/run/systemd/machines/unit:${unit}`))
  const known = linked ?? name
  const text = known === undefined ? undefined : await files.text(`/run/systemd/machines/${known}`)
  const field = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, "m").exec(text ?? "")?.[1]
  return facts({
    name: linked,
    imageRoot: await files.root(validPath(field("ROOT"))),
    init: initIn(field("LEADER"))
  })
}

const instances: ReadonlyArray<readonly [Runtime, string]> = [
  ["incus", "/var/lib/incus/containers"],
  ["lxd", "/var/lib/lxd/containers"],
  ["lxd", "/var/snap/lxd/common/lxd/containers"],
  ["lxc", "/var/lib/lxc"]
]

/**
 * If a cgroup of an earlier run is still there, LXC adds a number from 1 to 999 to the name of the next one
 * (`cgfsng_payload_create`).
 */
const withoutNumber = (text: string): string => text.replace(/-[1-9]\d{0,2}$/, "")

/**
 * The settings of a container of LXC show where its root is on the host; the last line counts. An overlay and a block
 * device are not directories there.
 */
const lxcRoot = async (files: Files, settings: string): Promise<string | undefined> => {
  const text = await files.text(settings)
  const value = text?.match(/^[ \t]*lxc\.rootfs\.path[ \t]*=.*$/gm)?.at(-1)?.replace(/^[^=]*=/, "").trim()
  return files.root(validPath(value?.replace(/^(?:dir|btrfs):/, "")))
}

/**
 * LXD and Incus link to the directory of an instance in its storage pool. If they run in a mount namespace of their own,
 * as the snap of LXD does, the pool can be mounted only there, and the link leads nowhere here.
 */
const isInstance = async (files: Files, path: string): Promise<boolean> =>
  await files.link(path) !== undefined || await files.exists(path)

const instance = async (files: Files, text: string): Promise<Facts> => {
  // The name of an instance cannot contain an underscore, so the part before the first one is its project. LXD and Incus
  // leave out that of the project `default`. With it, the instance has a name that those of other projects do not have.
  const [, namespace, name] = /^([^_]+)_(.+)$/.exec(text) ?? [undefined, "default", text]
  return first(instances, async ([runtime, place]) => {
    const path = `${place}/${text}`
    if (!await isInstance(files, path)) return undefined
    if (runtime === "lxc") return facts({ runtime, name: text, imageRoot: await lxcRoot(files, `${path}/config`) })
    return facts({ runtime, name, namespace, imageRoot: await files.root(`${path}/rootfs`) })
  })
}

export const lxc = (files: Files, { name }: Claim): Promise<Facts> => {
  const texts = name === undefined ? [] : Array.from(new Set([name, withoutNumber(name)]))
  return first(texts, (text) => instance(files, text))
}
