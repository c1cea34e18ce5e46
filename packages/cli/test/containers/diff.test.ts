/** Tests `diff` with containers whose root is an overlay, like that of every image. */
import { without } from "@procfsroot/testkit/judges"
import { mountedTemporary, mountOverlay } from "@procfsroot/testkit/mounts"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { run } from "../command.js"
import { containers, runtimes } from "./real.js"

const before = ["deleted", "kept", "mode", "old/a", "old/b", "text", "type"]

describe.skipIf(without("root", "mount", containers)).each(runtimes)("a container of $name", ({ start }) => {
  it("diff reports exactly the changes in it", () => {
    using box = mountedTemporary()
    const at = (name: string) => `${box.path}/${name}`
    for (const name of ["image/data/old", "upper", "work", "root"]) Fs.mkdirSync(at(name), { recursive: true })
    for (const name of before) Fs.writeFileSync(at(`image/data/${name}`), name)
    mountOverlay(at("root"), `lowerdir=${at("image")},upperdir=${at("upper")},workdir=${at("work")}`)
    using container = start({ root: at("root") })
    const data = `/proc/${container.pid}/root/data`
    expect(run(["diff", "--container", container.name, "/data"])).toEqual({
      status: 0,
      stdout: Buffer.from(""),
      stderr: ""
    })
    Fs.mkdirSync(`${data}/made`)
    Fs.writeFileSync(`${data}/made/new`, "new")
    Fs.rmSync(`${data}/deleted`)
    Fs.rmSync(`${data}/old`, { recursive: true })
    Fs.chmodSync(`${data}/mode`, 0o600)
    Fs.writeFileSync(`${data}/text`, "other")
    Fs.rmSync(`${data}/type`)
    Fs.symlinkSync("kept", `${data}/type`)
    const changed =
      "C /data,D /data/deleted,A /data/made,A /data/made/new,C /data/mode,D /data/old,C /data/text,C /data/type"
    const { stdout, ...result } = run(["diff", "--pid", String(container.pid), "/data"])
    expect(result).toEqual({ status: 0, stderr: "" })
    expect(stdout.toString()).toBe(`${changed.replaceAll(",", "\n")}\n`)
    expect(run(["diff", "--container", container.name]).stdout.toString()).toContain(`A /bin/sleep\n`)
  })
})
