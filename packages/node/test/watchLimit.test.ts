/** The user's limit of watches (`max_user_watches` in `inotify(7)`). */
import { judge, onlyOnNode, userNamespaces, without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { execFileSync, spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const program = fileURLToPath(new URL("programs/watchLimit.mjs", import.meta.url))

/** A user namespace has a limit of its own, which its root can set, unless `/proc/sys` is read-only. */
const inNamespace = ["--user", "--map-root-user"]

const limit = judge(() => {
  const script = "echo 0 > /proc/sys/user/max_inotify_watches"
  const { status, stderr } = spawnSync("unshare", [...inNamespace, "sh", "-c", script], { encoding: "utf8" })
  return status === 0 ? undefined : `the limit of watches cannot be set here: ${stderr.trim()}`
}, true)

const message = onlyOnNode("only Node has this message")

describe.skipIf(without(userNamespaces, limit, message))("a watch beyond the limit", () => {
  it("fails with the message of node:fs, which does not say that the disk is full, and leaves nothing open", () => {
    using directory = temporary()
    const args = [...inNamespace, process.execPath, program, directory.path]
    const found = JSON.parse(execFileSync("unshare", args, { encoding: "utf8", timeout: 60_000 }))
    const message = "ENOSPC: System limit for number of file watchers reached, watch '/'"
    expect(found).toEqual({ messages: [message, message, message, message, message], left: 0 })
  })
})
