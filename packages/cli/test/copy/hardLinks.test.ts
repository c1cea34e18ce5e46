/** Tests what a copy says of hard links that it cannot keep. */
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import * as Fs from "node:fs"
import { describe, expect, it } from "vitest"
import { lines, run, shell } from "../command.js"
import { refusing, seccomp } from "./refusing.js"

const reports = (stderr: string) => lines(stderr).map((line) => line.replace(/^.* was copied, but /, ""))

describe.skipIf(without(seccomp, "koffi"))("a hard link that the file system refuses", () => {
  it.each([
    [31, "too many links (EMLINK)"],
    [1, "operation not permitted (EPERM)"],
    [5, "i/o error (EIO)"]
  ])("becomes a copy, and the exit status is that of cp -a: errno %i", (errno, why) => {
    using place = temporary()
    Fs.mkdirSync(`${place.path}/d`)
    Fs.writeFileSync(`${place.path}/d/a`, "content")
    Fs.linkSync(`${place.path}/d/a`, `${place.path}/d/b`)
    Fs.linkSync(`${place.path}/d/a`, `${place.path}/d/c`)
    Fs.symlinkSync("a", `${place.path}/d/l`)
    Fs.linkSync(`${place.path}/d/l`, `${place.path}/d/m`)
    const script = "cd \"$1\" && cp -a d theirs 2> said; echo $?; $bin cp d own; echo $?"
    const { stderr, stdout } = refusing("link", errno, script, [place.path])
    expect(lines(stdout)).toEqual(["1", "1"])
    expect(reports(stderr)).toEqual([`a hard link could not be kept: ${why}.`])
    expect(["a", "b", "c"].map((name) => Fs.readFileSync(`${place.path}/own/${name}`, "utf8")))
      .toEqual(["content", "content", "content"])
    expect(Fs.readdirSync(`${place.path}/own`).toSorted()).toEqual(["a", "b", "c", "l", "m"])
  })
})

describe("a hard link between directories that are far apart", () => {
  it("becomes a copy, and the exit status is 1", () => {
    using place = temporary()
    const deep = `${place.path}/d/${"deep/".repeat(70)}`
    Fs.mkdirSync(deep, { recursive: true })
    Fs.writeFileSync(`${place.path}/d/a`, "content")
    Fs.linkSync(`${place.path}/d/a`, `${deep}b`)
    const { status, stderr } = run(["cp", `${place.path}/d`, `${place.path}/own`])
    expect([status, reports(stderr.toString())])
      .toEqual([1, ["a hard link could not be kept: its names are too many directories apart."]])
    expect(Fs.readFileSync(`${place.path}/own/${"deep/".repeat(70)}b`, "utf8")).toBe("content")
  })
})

describe("a hard link between sources", () => {
  it.each([["s/. t/g", "d"], ["t/g s/.", "d/"], ["s/. t/.", "d"], ["s t/.", "d/."], ["s t/g", "d"], ["s/. t/g", "l"]])(
    "is kept: %s",
    (sources, destination) => {
      using place = temporary()
      const script = `cd "$1" && mkdir -p s/x t d && ln -s d l && echo > s/x/f && ln s/x/f t/g && \
        $bin cp ${sources} ${destination} && find d -links 2 -type f | wc -l`
      expect(shell(script, [place.path])).toMatchObject({ stderr: "", stdout: Buffer.from("2\n") })
    }
  )
})
