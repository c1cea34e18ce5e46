/** Tests the list of roots. */
import { without } from "@procfsroot/testkit/judges"
import { startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"
import { another, lines, run, runAsAnother } from "./command.js"

const listed = (): ReadonlyArray<{ readonly pid: number; readonly runtime: string }> => {
  const { status, stderr, stdout } = run(["ps", "--json"])
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
  return lines(stdout).map((line) => JSON.parse(line))
}

describe("ps", () => {
  it("prints a header and one line per root, including the host", () => {
    const [head = "", ...rows] = lines(run(["ps"]).stdout)
    expect(head).toMatch(/^ *PID  USER +PROCESSES  RUNTIME +ID +NAME +ROOT +COMMAND$/)
    expect(rows.filter((row) => row.includes("  host  ")).length).toBe(1)
    // Numbers are aligned to the right.
    for (const column of ["PID", "PROCESSES"]) {
      const end = head.indexOf(column) + column.length
      expect(rows.filter((row) => !/\d$/.test(row.slice(0, end)))).toEqual([])
    }
  })

  it("prints only what --container takes, with --quiet", () => {
    const { status, stderr, stdout } = run(["ps", "-q"])
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
    for (const name of lines(stdout).filter((line) => line !== "")) expect(name).toMatch(/^\w[\w./-]*$/)
    expect(run(["ps", "-q", "--json"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Only one of --json and --quiet can be given\.\n/)
    })
  })

  it.skipIf(without(another))("shows that the root of another user's process could not be read", () => {
    const rows = lines(runAsAnother(["ps"]).stdout).map((line) => line.trim().split(/ {2,}/))
    expect(rows.find(([pid]) => pid === "1")?.[6]).toBe("?")
  })

  it.skipIf(without("mount"))("lists a mount namespace while it exists", async () => {
    using directory = temporary()
    materialize(directory.path, [{ path: "/proc", type: "dir" }, { path: "/f", type: "file" }])
    const child = await startIn(directory.path, "pivot_root")
    expect(listed()).toContainEqual(expect.objectContaining({ pid: child.pid, runtime: "namespace", processes: 1 }))
    await child.stop()
    expect(listed().map(({ pid }) => pid)).not.toContain(child.pid)
  })
})

it("a container that does not exist is reported in one sentence", () => {
  const { status, stderr, stdout } = run(["resolve", "--container", "no\u001bsuch", "/"])
  expect({ status, stdout: stdout.toString() }).toEqual({ status: 1, stdout: "" })
  expect(stderr).toMatch(/^There is no running container "no\\u001bsuch"; .*\.\n$/)
})
