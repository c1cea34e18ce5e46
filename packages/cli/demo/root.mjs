// Makes a root like that of a container: usr-merged, with absolute links, links with many `..`, and a malicious link.
import { once } from "node:events"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

const files = {
  "/usr/bin/sh": "#!",
  "/usr/lib/os-release": "NAME=\"Demo Linux\"\nVERSION=\"1 (in a root of its own)\"\n",
  "/etc/hostname": "demo-container\n",
  "/etc/passwd": "root:x:0:0:root of the container:/root:/bin/sh\n"
}

const links = {
  "/bin": "usr/bin",
  "/lib": "usr/lib",
  "/var/run": "/run",
  "/etc/os-release": "../usr/lib/os-release",
  "/srv/app/name": "../../../../../../etc/hostname",
  "/srv/upload/avatar.png": "/etc/passwd",
  "/srv/a": "b",
  "/srv/b": "/srv/a"
}

export const paths = [
  "/bin/sh",
  "/var/run/docker.sock",
  "/etc/os-release",
  "/lib/../bin/sh",
  "/srv/app/name",
  "/srv/upload/avatar.png",
  "/srv/a",
  "/var/run/missing"
]

/** Makes the root in a temporary directory, which `remove` deletes. */
export const makeRoot = async () => {
  const path = mkdtempSync(join(tmpdir(), "procfsroot-demo-"))
  const place = (name) => {
    mkdirSync(dirname(path + name), { recursive: true })
    return path + name
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(place(name), content)
  for (const [name, target] of Object.entries(links)) symlinkSync(target, place(name))
  mkdirSync(place("/proc"))
  const socket = createServer().listen(place("/run/docker.sock"))
  await once(socket, "listening")
  return {
    path,
    remove: () => {
      socket.close()
      rmSync(path, { recursive: true, force: true })
    }
  }
}
