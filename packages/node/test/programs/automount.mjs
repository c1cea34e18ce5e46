// Runs in its own mount namespace: `node automount.mjs <directory>`. Mounts debugfs there, in which `tracing` is an
// automount point. Prints which operations that must not enter mounts have caused the file system to be mounted.
import { openRoot } from "@procfsroot/node"
import { execFileSync } from "node:child_process"
import { constants, readFileSync } from "node:fs"

const [, , directory = ""] = process.argv
const place = `${directory}/tracing`

const isMounted = () => readFileSync("/proc/self/mountinfo", "latin1").includes(` ${place} `)

const all = async (entries) => {
  for await (const _ of entries);
}

const operations = {
  // It sees that something has the name, and refuses it.
  copyFile: ({ promises }) =>
    promises.copyFile("tracing", "tracing", constants.COPYFILE_EXCL).catch((error) => {
      if (error.code !== "EEXIST") throw error
    }),
  open: async ({ promises }) => await (await promises.open("tracing")).close(),
  readdir: ({ promises }) => promises.readdir("tracing"),
  readTree: ({ promises }) => promises.readdir("tracing", { recursive: true }),
  readEntries: ({ directory }) => all(directory.streamDirectoryEntries("tracing")),
  statfs: ({ directory }) => directory.statfs("tracing"),
  walkTree: ({ directory }) => all(directory.walkTree("/", { enter: ({ path }) => path === "tracing" })),
  subRoot: async (root) => await (await root.subRoot("tracing")).close()
}

// On older kernels, openat2 mounts the file system before it refuses to enter it.
const walked = {
  ...operations,
  stat: ({ promises }) => promises.stat("tracing/"),
  readFile: ({ promises }) => promises.readFile("tracing/README")
}

execFileSync("mount", ["-t", "debugfs", "none", directory])
const found = []
for (const strategy of ["kernel", "walk"]) {
  for (const [name, operation] of Object.entries(strategy === "walk" ? walked : operations)) {
    const root = await openRoot(directory, { mounts: "forbid", strategy })
    const code = await operation(root).then(() => "ok", ({ code }) => code)
    await root.close()
    found.push({ strategy, name, code, isMounted: isMounted() })
    if (isMounted()) execFileSync("umount", [place])
  }
}
readFileSync(`${place}/README`)
process.stdout.write(JSON.stringify({ found, isAutomount: isMounted() }))
