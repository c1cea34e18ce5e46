import { temporary } from "@procfsroot/testkit/temporary"
import { materialize } from "@procfsroot/testkit/tree"
import { symlinkSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { run } from "./command.js"

interface Explained {
  readonly status: number | null
  readonly text: string
}

const inTree = (use: (explain: (...args: ReadonlyArray<string>) => Explained, host: string) => void): void => {
  using directory = temporary()
  const root = `${directory.path}/root`
  materialize(root, [
    { path: "/usr/lib/os-release", type: "file" },
    { path: "/data/run/x", type: "file" },
    { path: "/lib", type: "symlink", target: "usr/lib" },
    { path: "/etc/os-release", type: "symlink", target: "../lib/os-release" },
    { path: "/var/run", type: "symlink", target: "/run" },
    { path: "/run", type: "symlink", target: "mnt/deep" },
    { path: "/mnt", type: "symlink", target: "../../data" },
    { path: "/data/deep", type: "symlink", target: "../data/run" },
    { path: "/hostile", type: "symlink", target: `../../../../../..${directory.path}/secret` },
    { path: "/a", type: "symlink", target: "b" },
    { path: "/b", type: "symlink", target: "/a" }
  ])
  writeFileSync(`${directory.path}/secret`, "")
  const explain = (...args: ReadonlyArray<string>) => {
    const { status, stderr, stdout } = run(["explain", "--root", root, ...args])
    expect(stderr).toBe("")
    return { status, text: stdout.toString().replaceAll(root, "ROOT").replaceAll(directory.path, "HOST") }
  }
  use(explain, directory.path)
}

describe("explain", () => {
  it("shows links inside of links as a tree", () =>
    inTree((explain) => {
      expect(explain("/var/run/x")).toEqual({
        status: 0,
        text: `\
/var/run/x in the root ROOT
└─ /var/run → /run  (starts again at the root)
   └─ /run → mnt/deep
      ├─ /mnt → ../../data  (its .. is held at the root)
      └─ /data/deep → ../data/run
leads to /data/run/x
without the root: ROOT/var/run/x cannot be opened (ENOENT)
`
      })
      expect(explain("/etc/os-release", "--host")).toEqual({
        status: 0,
        text: `\
/etc/os-release in the root ROOT
└─ /etc/os-release → ../lib/os-release
   └─ /lib → usr/lib
leads to /usr/lib/os-release
open from here: ROOT/usr/lib/os-release
without the root: ROOT/etc/os-release opens the same file
`
      })
    }))

  it("shows that a path leads out of the directory without a root", () =>
    inTree((explain) => {
      const { status, text } = explain("/../hostile")
      expect(status).toBe(1)
      expect(text).toContain("/../hostile in the root ROOT  (its .. is held at the root)\n└─ /hostile → ")
      expect(text).toContain("(its .. is held at the root)\n\"/../hostile\" cannot be resolved")
      expect(explain("/hostile").text).toMatch(/^without the root: ROOT\/hostile opens HOST\/secret$/m)
      expect(explain("/hostile", "--keep-last").text).toMatch(/^without the root: .* opens the same file$/m)
    }))

  it("opens a path without a slash below --from without a root, too", () =>
    inTree((explain) => {
      expect(explain("os-release", "--from", "etc").text).toMatch(
        /^without the root: ROOT\/etc\/os-release opens the same/m
      )
      expect(explain("/data/run/x", "--from", "etc").text).toMatch(
        /^without the root: ROOT\/data\/run\/x opens the same/m
      )
    }))

  it("shows the links of a loop", () =>
    inTree((explain) => {
      expect(explain("a")).toEqual({
        status: 1,
        text: `\
a in the root ROOT
└─ /a → b
   └─ /b → /a  (starts again at the root)
"a" cannot be resolved in the root "ROOT": its links form a loop, "/a" → "/b" → "/a" (ELOOP).
without the root: ROOT/a cannot be opened (ENOENT)
`
      })
    }))

  it("prints an object with --json", () =>
    inTree((explain) => {
      expect(JSON.parse(explain("/var/run/x", "--json").text)).toEqual({
        path: "/var/run/x",
        root: "ROOT",
        hops: [
          { link: "/var/run", target: "/run", restarted: true, clamped: false, level: 0 },
          { link: "/run", target: "mnt/deep", restarted: false, clamped: false, level: 1 },
          { link: "/mnt", target: "../../data", restarted: false, clamped: true, level: 2 },
          { link: "/data/deep", target: "../data/run", restarted: false, clamped: false, level: 2 }
        ],
        clamped: false,
        resolved: "/data/run/x",
        withoutRoot: { asked: "ROOT/var/run/x", code: "ENOENT" }
      })
      expect(JSON.parse(explain("/nope", "--json").text)).toMatchObject({
        error: { _tag: "PathNotFound", at: "/nope" }
      })
    }))

  it("prints names that are not UTF-8 in base64, also those of a loop", () => {
    using directory = temporary()
    const name = Buffer.of(0xff)
    symlinkSync(name, Buffer.concat([Buffer.from(`${directory.path}/`), name]))
    symlinkSync(name, `${directory.path}/l`)
    const { stdout } = run(["explain", "--root", directory.path, "--json", "l"])
    const [text, base64] = ["/\ufffd", Buffer.from("/\xff", "latin1").toString("base64")]
    expect(JSON.parse(stdout.toString())).toMatchObject({
      hops: [
        { link: "/l", target: "\ufffd", target_base64: name.toString("base64") },
        { link: text, link_base64: base64, target: "\ufffd", target_base64: name.toString("base64") }
      ],
      error: { at: text, at_base64: base64, cycle: [text], cycle_base64: [base64] }
    })
  })

  it("refuses --json with another format", () => {
    expect(run(["explain", "--root", "/", "--json", "--format", "dot", "/"])).toMatchObject({
      status: 2,
      stderr: "Only one of --json and --format can be given.\n"
    })
    expect(run(["explain", "--root", "/", "--json", "--format", "json", "/"]).status).toBe(0)
  })

  it("prints graphs, and escapes special characters in names", () => {
    using directory = temporary()
    const name = "a\u001b[31m\"<&>]|\\"
    symlinkSync("b", `${directory.path}/${name}`)
    writeFileSync(`${directory.path}/b`, "")
    const graph = (format: string) => {
      const { status, stdout } = run(["explain", "--root", directory.path, "--format", format, `/${name}`])
      expect(status).toBe(0)
      return stdout.toString()
    }
    expect(graph("dot")).toMatch(/^digraph explanation \{\n(  .*\n)+\}\n$/)
    expect(graph("mermaid")).toMatch(/^flowchart TB\n(  .*\n)+$/)
    expect(graph("svg")).toMatch(/^<svg [^\n]*>\n(<[^\n]*>\n)+<\/svg>\n$/)
    for (const format of ["dot", "mermaid", "svg"]) expect(graph(format)).not.toContain("\u001b")
    expect(graph("svg")).toContain("&lt;&amp;&gt;")
    expect(graph("dot").split("->")).toHaveLength(3)
  })

  it("prints names in graphs so that nothing in them has a meaning", () => {
    using directory = temporary()
    const name = "&lt; a  #35; %%{init: {'theme':'forest'}}%% `$$x$$` classDef:#1;"
    symlinkSync("\uffff", `${directory.path}/${name}`)
    writeFileSync(`${directory.path}/\uffff`, "")
    const graph = (format: string) =>
      run(["explain", "--root", directory.path, "--format", format, name]).stdout.toString()
    const labels = [name, `/${name} → "\\uffff"`, "\"/\\uffff\""]
    const mermaid = Array.from(graph("mermaid").matchAll(/^  n\d\["(.*)"\]$/gm), ([, label = ""]) => label)
    expect(mermaid.join("").replace(/#\d+;/g, "")).toMatch(/^[\w →/.,-]*$/)
    expect(mermaid.map((label) => label.replace(/#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))))
      .toEqual(labels)
    expect(graph("dot")).toContain(`n0 [label="${name.replace("&", "&amp;")}"`)
    // XML does not allow U+FFFF, and without this attribute a space after another one is not shown.
    expect(graph("svg")).not.toContain("\uffff")
    expect(graph("svg")).toMatch(/^<svg [^>]* xml:space="preserve">/)
  })
})
