/** `procfsroot stat`: prints all attributes of files. */
import type { ExactAttributes } from "@procfsroot/vfs/Attributes"
import { fileObject, isDevice, longTime, major, minor, modeString, octal, TIME_ZONE, typeName } from "../attributes.js"
import * as Json from "../json.js"
import { shown } from "../names.js"
import { command, flag } from "../options.js"
import { write } from "../output.js"
import { attempt, type Reading, reading, readingOptions } from "../reading.js"
import { type Owner, readUsers, type Users } from "../users.js"

const options = { ...readingOptions, json: flag("Print one JSON object per line.") }

const ownerText = ({ id, name }: Owner): string => `(${String(id).padStart(5)}/${(name ?? "UNKNOWN").padStart(8)})`

/** The same text that GNU `stat` prints. */
const text = (path: string, attributes: ExactAttributes, target: string | undefined, users: Users): string => {
  const { atimeNs, birthtimeNs, blksize, blocks, ctimeNs, dev, gid, ino, mode, mtimeNs, nlink, rdev, size, uid } =
    attributes
  const device = isDevice(attributes)
    ? `${String(nlink).padEnd(5)} Device type: ${major(rdev)},${minor(rdev)}`
    : String(nlink)
  const sizes = `${String(size).padEnd(10)}\tBlocks: ${String(blocks).padEnd(10)} IO Block: ${
    String(blksize).padEnd(6)
  }`
  return `\
  File: ${shown(path)}${target === undefined ? "" : ` -> ${shown(target)}`}
  Size: ${sizes} ${typeName(attributes)}
Device: ${major(dev)},${minor(dev)}\tInode: ${String(ino).padEnd(10)}  Links: ${device}
Access: (${octal(mode)}/${modeString(attributes)})  Uid: ${ownerText(users.user(uid))}   Gid: ${
    ownerText(users.group(gid))
  }
Access: ${longTime(atimeNs)}
Modify: ${longTime(mtimeNs)}
Change: ${longTime(ctimeNs)}
 Birth: ${longTime(birthtimeNs)}
`
}

const print = async (use: Reading, path: string, json: boolean, users: Users): Promise<void> => {
  const { directory, promises } = use.root
  const attributes = await directory.lstat(path)
  const target = attributes.type === "SymbolicLink"
    ? await attempt(use, path, "read", () => promises.readlink(path))
    : undefined
  await write(
    json ? Json.line(fileObject(path, attributes, target, users)) : text(path, attributes, target, users)
  )
}

export const stat = command(
  {
    name: "stat",
    summary: "Prints all attributes of files. Links are not followed.",
    operands: { usage: "PATH...", least: 1, most: Number.POSITIVE_INFINITY },
    options,
    details: [
      "The names of users and groups come from /etc/passwd and /etc/group in the root, if they are ASCII. In the root " +
      "of a process or a container, their numbers are those of its user namespace. Times are in the time zone of the " +
      "caller. " +
      TIME_ZONE,
      "With --json, an object has path, name, type, mode, links, uid, user, gid, group, size, blocks (of 512 bytes), " +
      "device, inode, atime, mtime, ctime and birthtime, for a device also rdev, and for a link target. Times are in " +
      "UTC with nanoseconds. A value that is unknown is null. A number that is too large for JSON is a string of " +
      "digits. If a path, name or target is not UTF-8, its bytes are in path_base64, name_base64 or target_base64."
    ],
    examples: [
      { words: "stat --root image /etc/shadow", does: "Prints who owns the file, by the names in the image." },
      { words: "stat --pid 4711 --json /tmp", does: "Prints one object, for jq and other programs." }
    ]
  },
  (values, paths) =>
    reading(values, async (use) => {
      const users = await readUsers(use.root, use.signal)
      for (const path of paths) await attempt(use, path, "looked at", () => print(use, path, values.json, users))
    })
)
