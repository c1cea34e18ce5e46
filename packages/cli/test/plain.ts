/** Makes a directory with files of every kind, to compare the command with GNU's. */
import { type Temporary, temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import {
  appendFileSync,
  chmodSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { shell } from "./command.js"

/** Names with every kind of character, as bytes. */
export const names: ReadonlyArray<Buffer> = [
  "a b",
  "it's",
  "c\"d",
  "e'f\"g",
  "x\ny",
  "\t",
  "esc\u001b[0m",
  "#x",
  "y#",
  "~a",
  "a~",
  "a=b",
  "{",
  "a{b",
  "q'\n",
  "é b",
  "-n",
  "a!'",
  "[x]",
  "a\\b",
  "\u0007\b\f\r\v",
  "語"
].map((name) => Buffer.from(name)).concat(Buffer.from([0x61, 0xff]))

/** The name of the current user, or of their group, on this machine; `null` if the number has no name. */
const nameOn = (option: "-un" | "-gn"): string | null => {
  const { status, stdout } = spawnSync("id", [option], { encoding: "utf8" })
  return status === 0 ? stdout.trim() : null
}

/** The name of the user who created the tree. Its /etc/passwd contains only root and this user. */
export const owner = nameOn("-un")
const group = nameOn("-gn")
const [uid, gid] = [process.getuid?.(), process.getgid?.()]

export const plain = (): Temporary => {
  const directory = temporary()
  const { path } = directory
  const at = (name: string) => `${path}/${name}`
  mkdirSync(at("etc"))
  writeFileSync(at("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n")
  writeFileSync(at("etc/group"), "root:x:0:\n")
  if (owner !== null && uid !== 0) appendFileSync(at("etc/passwd"), `${owner}:x:${uid}:${gid}::/:/bin/sh\n`)
  if (group !== null && gid !== 0) appendFileSync(at("etc/group"), `${group}:x:${gid}:\n`)
  mkdirSync(at("names"))
  for (const name of names) writeFileSync(Buffer.concat([Buffer.from(at("names/")), name]), "")
  mkdirSync(at("tree/one/two/.three"), { recursive: true })
  for (const size of [0, 1, 511, 1_024, 1_025, 10_240, 1_048_577]) {
    writeFileSync(at(`tree/one/size${size}`), Buffer.alloc(size))
  }
  writeFileSync(at("tree/one/two/.hidden.log"), "hidden")
  writeFileSync(at("tree/one/two/.three/deep.LOG"), "deep")
  writeFileSync(at("tree/hole"), "")
  truncateSync(at("tree/hole"), 2 ** 33)
  linkSync(at("tree/one/size10240"), at("tree/again"))
  linkSync(at("tree/one/size10240"), at("tree/one/two/again"))
  symlinkSync("one", at("tree/link"))
  symlinkSync("/nowhere", at("tree/broken"))
  for (const mode of [0o000, 0o755, 0o4755, 0o2744, 0o6644]) {
    writeFileSync(at(`tree/mode${mode.toString(8)}`), "")
    chmodSync(at(`tree/mode${mode.toString(8)}`), mode)
  }
  chmodSync(at("tree/one/two/.three"), 0o1777)
  spawnSync("mkfifo", [at("tree/fifo")])
  utimesSync(at("tree/one/size0"), 0.25, 1.5)
  utimesSync(at("tree/one/size1"), -1.5, -86_400)
  utimesSync(at("tree/one/size511"), 4e9, 4e9)
  lutimesSync(at("tree/link"), 1e9, 1e9)
  return directory
}

/** The time zone has an offset that is not in whole hours, and daylight saving time. */
const zone = { TZ: "America/St_Johns", LC_ALL: "C.UTF-8", LS_COLORS: "", POSIXLY_CORRECT: undefined }

/** What a shell command prints. In it, `$bin` is the command and `$root` the directory. */
export const printed = (script: string, root: string): string => {
  const { status, stderr, stdout } = shell(`cd "$root" && ${script}`, [], { ...zone, root })
  if (status !== 0) throw new Error(`${script}: ${status}, ${stderr}`)
  return stdout.toString("latin1")
}
