/** Opens roots under Node's permission model. */
import { onlyOnNode, without } from "@procfsroot/testkit/judges"
import { permissionModel } from "@procfsroot/testkit/runtime"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawnSync } from "node:child_process"
import { statSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"

const permissions = onlyOnNode("only Node has this permission model")

describe.skipIf(without(permissions))("Node's permission model", () => {
  const packages = fileURLToPath(new URL("../../", import.meta.url))
  const modules = fileURLToPath(new URL("../../../node_modules/", import.meta.url))
  const program = fileURLToPath(new URL("programs/opensRoot.mjs", import.meta.url))

  const opened = (readable: ReadonlyArray<string>, ...args: ReadonlyArray<string>): unknown => {
    const allowed = [packages, modules, ...readable].map((path) => `--allow-fs-read=${path}*`)
    const flags = [permissionModel, "--allow-worker", "--no-warnings", ...allowed]
    const { stdout } = spawnSync(process.execPath, [...flags, program, ...args], { encoding: "utf8" })
    return JSON.parse(stdout)
  }

  it("permits copies, and changes of the attributes of an open file, but not fsync", () => {
    using directory = temporary()
    const program = fileURLToPath(new URL("programs/permitted.mjs", import.meta.url))
    const allowed = ["--no-warnings", "--allow-fs-read=*", "--allow-fs-write=*"]
    const args = [permissionModel, ...allowed, program, directory.path]
    const { stderr, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" })
    expect(stderr).toBe("")
    expect(stdout.trimEnd().split("\n")).toEqual([
      "ERR_ACCESS_DENIED: forbidden by Node's permission model, fsync",
      "The root \"/\" cannot be used: Node's permission model forbids threads, which offMainThread needs: allow them " +
      "with --allow-worker (ENOTSUP)."
    ])
    const { mode, mtimeMs } = statSync(`${directory.path}/to/f`)
    expect({ mode: mode & 0o777, mtimeMs }).toEqual({ mode: 0o640, mtimeMs: 2_000 })
  })

  it("is named as the reason if it forbids reading /proc", () => {
    expect(opened([], packages)).toBe(
      `The root "${packages}" cannot be used: Node's permission model forbids reading /proc, which every ` +
        "root needs: allow it with --allow-fs-read=/proc/* (ENOTSUP)."
    )
    expect(opened(["/proc/"], packages)).toBe("fulfilled")
  })

  it("applies to the threads of offMainThread", () => {
    using directory = temporary()
    expect(opened(["/proc/"], directory.path, "in a thread")).toBe(
      `The root "${directory.path}" cannot be used: Node's permission model forbids opening it; allow it with ` +
        "--allow-fs-read (ERR_ACCESS_DENIED)."
    )
    expect(opened(["/proc/", directory.path], directory.path, "in a thread")).toBe("fulfilled")
  })

  it("does not let the modules that every thread loads first start threads without end", () => {
    const first = fileURLToPath(new URL("programs/preloaded.mjs", import.meta.url))
    const flags = [permissionModel, "--allow-worker", "--allow-fs-read=*", "--import", first]
    const { stderr } = spawnSync(process.execPath, [...flags, program, "/"], { encoding: "utf8", timeout: 20_000 })
    expect(stderr).toContain("opens the root: open it in the program instead (ENOTSUP)")
  })
})
