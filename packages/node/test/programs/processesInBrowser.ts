/** Uses fake processes as a page in a browser would, without Node. */
import * as MemoryProcesses from "@procfsroot/node/MemoryProcesses"

const told = async (): Promise<string> => {
  let now = 0
  const { openRoot, procfs } = MemoryProcesses.make({
    mountNamespaces: { web: { "/etc/hostname": "web" } },
    processes: [{ pid: 7, mountNamespace: "web", command: "nginx", ends: { after: 1_000 } }],
    now: () => now
  })
  const command = await procfs.promises.readFile("/proc/7/comm", "utf8")
  const { promises } = await openRoot({ pid: 7 })
  now = 1_000
  const code = await openRoot({ pid: 7 }).then(() => "", ({ code }: { readonly code: string }) => code)
  return `${command.trim()}: ${await promises.readFile("/etc/hostname", "utf8")}, ${code}`
}

export const answer = told()
