import { openRoot } from "@procfsroot/node/OpenRoot"
import { without } from "@procfsroot/testkit/judges"
import { mountedTemporary } from "@procfsroot/testkit/mounts"
import { startIn } from "@procfsroot/testkit/namespace"
import { temporary } from "@procfsroot/testkit/temporary"
import { chmodSync, chownSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { shellQuoted } from "../src/names.js"
import { bytesOf } from "../src/output.js"
import { namesIn } from "../src/users.js"
import { lines, run, shell } from "./command.js"
import { aclOf } from "./copy/boxes.js"
import { names, plain, printed } from "./plain.js"
import { onTerminal } from "./terminal.js"

describe("ls", () => {
  const tree = plain()
  afterAll(() => tree[Symbol.dispose]())

  it.for([
    "-l tree",
    "-la tree names",
    "-lh tree/one",
    "-laR tree",
    "-lhR tree etc",
    "-d tree etc names",
    "-ld tree tree/link tree/link/",
    "tree/link",
    "-l tree/link",
    "-l tree/link/",
    "-l etc/passwd tree/mode755 tree",
    "-lh tree/one/size511 tree/one tree",
    "-lR tree/one///",
    "tree/broken tree/fifo etc"
  ])("%s prints the same as GNU ls", (words) => {
    expect(printed(`$bin ls --root . ${words}`, tree.path)).toBe(printed(`LC_ALL=C ls ${words}`, tree.path))
  })

  it("shows the numbers of devices", () => {
    expect(printed("$bin ls --root / -l /dev/null /dev/tty /etc/passwd", tree.path))
      .toBe(printed("LC_ALL=C ls -l /dev/null /dev/tty /etc/passwd", tree.path))
  })

  it.skipIf(without("root"))("aligns links, owners, sizes and the numbers of devices like GNU ls", async () => {
    using directory = temporary()
    await using root = await openRoot(directory.path)
    await root.directory.makeNode("a", { type: "CharacterDevice", major: 1, minor: 3 })
    for (let i = 0; i < 10; i++) mkdirSync(`${directory.path}/b/${i}`, { recursive: true })
    chownSync(`${directory.path}/a`, 12_345, 0)
    chownSync(`${directory.path}/b`, 1_234_567, 0)
    symlinkSync("a b", `${directory.path}/c`)
    const same = () =>
      expect(printed("$bin ls --root / -l \"$root\"", directory.path)).toBe(printed("LC_ALL=C ls -l", directory.path))
    same()
    await root.directory.makeNode("d", { type: "BlockDevice", major: 259, minor: 70_000 })
    same()
    writeFileSync(`${directory.path}/e`, "")
    truncateSync(`${directory.path}/e`, 2 ** 40)
    same()
  })

  it.skipIf(without("root"))("shows any year like GNU ls and stat", () => {
    // A tmpfs, which can keep times of any year.
    using directory = mountedTemporary()
    // The last two are 250 and 3 years before the year 0.
    for (
      const time of ["0001-01-02", "0999-01-02", "9999-12-30", "@253402400000", "@-70000000000.25", "@-62200000000"]
    ) {
      shell("touch -d \"$2\" \"$1/$2\"", [directory.path, time])
    }
    expect(printed("$bin ls --root / -l \"$root\"", directory.path)).toBe(printed("LC_ALL=C ls -l", directory.path))
    expect(printed("$bin stat --root / \"$root\"/*", directory.path)).toBe(printed("stat \"$root\"/*", directory.path))
  })

  describe.skipIf(without("koffi"))("marks", () => {
    const marked = temporary()
    afterAll(() => marked[Symbol.dispose]())

    const extend = async (path: string, name: string, value: Uint8Array) => {
      await using root = await openRoot(marked.path)
      await root.directory.setExtendedAttribute(path, name, value, { noFollow: true })
    }

    beforeAll(async () => {
      for (const name of ["acls", "acls/default", "plain", "labels"]) mkdirSync(`${marked.path}/${name}`)
      for (const name of ["acls/access", "acls/none", "plain/file", "labels/file", "labels/both", "labels/without"]) {
        writeFileSync(`${marked.path}/${name}`, "")
      }
      symlinkSync("file", `${marked.path}/labels/link`)
      for (const name of ["acls/access", "labels/both"]) await extend(name, "system.posix_acl_access", aclOf(7))
      await extend("acls/default", "system.posix_acl_default", aclOf(7))
    })

    it.for([
      "-l acls",
      "-la acls",
      "-ld acls acls/access plain",
      "-l acls/access plain/file plain",
      "-lR acls plain",
      "-l plain"
    ])("files with an ACL like GNU ls: %s", (words) => {
      expect(printed(`$bin ls --root . ${words} | sed "s| [0-9].* | |"`, marked.path))
        .toBe(printed(`ls ${words} | sed "s| [0-9].* | |"`, marked.path))
    })

    it.skipIf(without("root"))("files with a label of SELinux like GNU ls", async () => {
      const label = Buffer.from("unconfined_u:object_r:user_tmp_t:s0\0")
      for (const name of ["file", "link", "both"]) await extend(`labels/${name}`, "security.selinux", label)
      writeFileSync(`${marked.path}/labels/unlabeled`, "")
      await extend("labels/unlabeled", "security.selinux", Buffer.from("unlabeled\0"))
      expect(printed("$bin ls --root . -l labels | cut -c 1-11", marked.path))
        .toBe(printed("ls -l labels | cut -c 1-11", marked.path))
    })
  })

  it("aligns columns in a directory with more names than it keeps in memory", () => {
    mkdirSync(`${tree.path}/many`)
    for (let i = 0; i < 5_000; i++) writeFileSync(`${tree.path}/many/${i}`, "x".repeat(i % 12))
    expect(printed("$bin ls --root . -l many", tree.path)).toBe(printed("LC_ALL=C ls -l many", tree.path))
  })

  it("shows the time of day of a file that was modified after it started", () => {
    using directory = temporary()
    mkdirSync(`${directory.path}/a`)
    for (let i = 0; i < 5_000; i++) writeFileSync(`${directory.path}/a/${String(i).padEnd(40, "-")}`, "")
    mkdirSync(`${directory.path}/b`)
    // The command waits until somebody reads the list of a, before it looks at b.
    const { stdout } = shell(
      "$bin ls --root \"$1\" -lR a b | { read -r line; sleep 0.1; echo x > \"$1/b/file\"; tail -n 1; }",
      [directory.path]
    )
    expect(stdout.toString()).toMatch(/ \d\d:\d\d file\n$/)
  })

  it("continues after a path that fails", () => {
    const { status, stderr, stdout } = run(["ls", "--root", tree.path, "no", "etc"])
    expect(stdout.toString()).toBe("etc:\ngroup\npasswd\n")
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `"no" cannot be resolved in the root "${tree.path}": there is no "/no" in it (ENOENT).\n`
    })
  })

  describe.skipIf(without("terminal"))("on a terminal", () => {
    const env = { root: tree.path, TZ: "UTC", LC_ALL: "C.UTF-8", NO_COLOR: "1" }

    it("quotes names like GNU ls", () => {
      expect(onTerminal(`$bin ls --root "$root" -l names`, env))
        .toBe(onTerminal(`ls -l "$root/names"`, env))
    })

    it("indents names beside a directory whose name is quoted", () => {
      mkdirSync(`${tree.path}/my box`)
      for (const words of ["-l etc/passwd 'my box'", "etc/passwd tree/fifo 'my box'"]) {
        expect(onTerminal(`$bin ls --root "$root" ${words}`, env)).toBe(onTerminal(`cd "$root"; ls ${words}`, env))
      }
    })

    it("arranges names in columns", () => {
      const shown = onTerminal(`stty cols 60; $bin ls --root "$root" tree`, env)
      expect(shown).toBe(
        onTerminal(`stty cols 60; env LC_ALL=C ls -T 0 "$root/tree"`, env)
      )
    })

    it("quotes names with apostrophes like GNU ls", () => {
      using directory = temporary()
      const parts = ["'", "a", " ", "&", "#", "{", "=", "$", "é", "\u0001", "\n", "\udcff"]
      for (const first of parts) {
        for (const second of parts) {
          for (const third of parts) {
            const name = Buffer.from(bytesOf(first + second + third))
            writeFileSync(Buffer.concat([Buffer.from(`${directory.path}/`), name]), "")
          }
        }
      }
      expect(onTerminal(`$bin ls --root / -l "$root"`, { ...env, root: directory.path }))
        .toBe(onTerminal(`ls -l "$root"`, { ...env, root: directory.path }))
    })

    it("quotes the names of directories above their content like GNU ls", () => {
      using directory = temporary()
      const parts = [":", "'", "a", "é", "\n"]
      for (const first of parts) for (const second of parts) mkdirSync(`${directory.path}/${first}${second}`)
      expect(onTerminal(`$bin ls --root / -lR "$root"`, { ...env, root: directory.path }))
        .toBe(onTerminal(`ls -lR "$root"`, { ...env, root: directory.path }))
    })

    it("arranges names of every length in columns like GNU ls", () => {
      using directory = temporary()
      const sets = { empty: [], narrow: [1], short: [1, 2, 3], mixed: [3, 12, 20, 30] }
      for (const [set, lengths] of Object.entries(sets)) {
        mkdirSync(`${directory.path}/${set}`)
        for (const [i, length] of Array.from({ length: 15 }, () => lengths).flat().entries()) {
          writeFileSync(`${directory.path}/${set}/${String.fromCodePoint(0x41 + i).padEnd(length, "x")}`, "")
        }
      }
      const list = (ls: string) =>
        onTerminal(
          `for columns in 4 20 60 133; do stty cols $columns; for set in ${
            Object.keys(sets).join(" ")
          }; do ${ls}/$set"; done; done`,
          { ...env, root: directory.path }
        )
      expect(list(`$bin ls --root / "$root`)).toBe(list("env LC_ALL=C.UTF-8 ls -T 0 \"$root"))
    })

    it("arranges wide and narrow characters in columns like GNU ls", () => {
      using directory = temporary()
      const characters =
        "é e\u0301 e\u20dd 語 한 \u1112\u1161\u11ab \u1112\ud7b0 ｱ ａ 😀 🇩🇪 🈂 \u303f \ua960 \ufe10 \u{1b001}"
          .split(" ")
      for (const character of characters) {
        for (const length of [1, 2, 9]) writeFileSync(`${directory.path}/${character.repeat(length)}`, "")
      }
      for (const columns of [40, 80, 133]) {
        const list = (ls: string) => onTerminal(`stty cols ${columns}; ${ls} "$root"`, { ...env, root: directory.path })
        expect(list("$bin ls --root /")).toBe(list("env LC_ALL=C.UTF-8 ls -T 0"))
      }
    })

    it.for([
      "",
      "su=1:sg=2:ex=31:di=35:tw=4:ow=5:st=6:ln=36",
      "su=0:ex=00:tw=0:ow=:*.sh=32",
      "su=0;0:ex=31:ow=;:tw=000:di=35",
      "*=31:*.gz=32",
      "*.gz=31:*.tar.gz=32:*~=33:*READ=34",
      "*.tar.gz=32:*.gz=31:*.jpg=35:*.LOG=4:*.log=1;32",
      "*.jpg=35:*.JPG=35:*.log=1:*.log=4:*.LOG=1",
      "or=31",
      "mi=35",
      "or=31:mi=35:ln=0",
      "or=31:mi=00:ex=36:*.gz=33",
      "ln=target:*.gz=33",
      "ln=target:or=31",
      "ln=target:ex=0",
      "ln=target:ln=33"
    ])("colours the names in ls -l like GNU ls: LS_COLORS=%s", (LS_COLORS) => {
      using directory = temporary()
      const files = ["a.tar.gz", "b.JPG", "a b.gz", "c.log", "d.LOG", "e.Log", "f~", "READ", ".gz", "plain", "semé.jpg"]
      for (const file of files) writeFileSync(`${directory.path}/${file}`, "")
      for (const mode of [0o755, 0o4755, 0o2755, 0o6644, 0o4644, 0o001, 0o010, 0o100]) {
        writeFileSync(`${directory.path}/${mode}.sh`, "")
        chmodSync(`${directory.path}/${mode}.sh`, mode)
      }
      for (const mode of [0o755, 0o775, 0o1755, 0o777, 0o1777]) {
        mkdirSync(`${directory.path}/d${mode}`)
        chmodSync(`${directory.path}/d${mode}`, mode)
      }
      const links = {
        link: "plain",
        tar: "a.tar.gz",
        quoted: "a b.gz",
        run: "73.sh",
        directory: "d777",
        broken: "none",
        loop: "loop",
        two: "link"
      }
      for (const [name, target] of Object.entries(links)) symlinkSync(target, `${directory.path}/${name}`)
      // GNU ls also resets the colour before each name.
      const coloured = (ls: string) =>
        onTerminal(`${ls} -l "$root"; ${ls} "$root/link" "$root/broken"`, {
          ...env,
          NO_COLOR: "",
          LS_COLORS,
          root: directory.path
        }).replaceAll("\u001b[0m", "")
      expect(coloured("$bin ls --root /")).toEqual(coloured("ls --color=auto"))
    })

    it.skipIf(without("root")).for([
      "",
      "fi=35:pi=1:so=2:bd=3:cd=4:ow=31:*.gz=32"
    ])("colours files of every type like GNU ls: LS_COLORS=%s", async (LS_COLORS) => {
      using directory = temporary()
      writeFileSync(`${directory.path}/file`, "")
      await using root = await openRoot(directory.path)
      for (const type of ["FIFO", "Socket", "BlockDevice", "CharacterDevice"] as const) {
        await root.directory.makeNode(`${type}.gz`, { type, major: 1, minor: 3 })
        await root.promises.chmod(`${type}.gz`, 0o666)
      }
      const coloured = (ls: string) =>
        onTerminal(`${ls} "$root"; ${ls} -l "$root"`, { ...env, NO_COLOR: "", LS_COLORS, root: directory.path })
          .replaceAll("\u001b[0m", "")
      expect(coloured("$bin ls --root /")).toEqual(coloured("ls --color=auto"))
    })

    it.each(["or=31", "mi=35", "ln=target:or=31", "ln=target:ex=0:di=35"])(
      "colours links like GNU ls: LS_COLORS=%s",
      (LS_COLORS) => {
        using directory = temporary()
        mkdirSync(`${directory.path}/directory`)
        const links = { broken: "none", far: "broken", near: "directory" }
        for (const [name, target] of Object.entries(links)) symlinkSync(target, `${directory.path}/${name}`)
        const coloured = (command: string) =>
          onTerminal(command, { ...env, NO_COLOR: "", LS_COLORS, root: directory.path }).replaceAll("\u001b[0m", "")
        expect(coloured("$bin ls --root \"$root\"")).toEqual(coloured("ls --color=auto \"$root\""))
      }
    )

    it("knows which links are broken in the root", () => {
      using directory = temporary()
      writeFileSync(`${directory.path}/f`, "")
      symlinkSync("/f", `${directory.path}/inside`)
      symlinkSync(directory.path, `${directory.path}/outside`)
      const colours = { ...env, NO_COLOR: "", LS_COLORS: "ln=36:or=31", root: directory.path }
      expect(onTerminal("$bin ls --root \"$root\"", colours)).toBe(
        "f  \u001b[36minside\u001b[0m  \u001b[31moutside\u001b[0m\n"
      )
    })

    it("uses the colours in LS_COLORS", () => {
      const colours = { ...env, NO_COLOR: "", LS_COLORS: "di=35:*.LOG=4:*.log=1;32:ln=0:ex=31:xx=\u001b:*.bad=\u001b]" }
      expect(onTerminal(`$bin ls --root "$root" tree/one/two/.three`, colours)).toBe("\u001b[4mdeep.LOG\u001b[0m\n")
      expect(onTerminal(`$bin ls --root "$root" -a tree/one/two`, colours)).toBe(
        "\u001b[35m.\u001b[0m  \u001b[35m..\u001b[0m  \u001b[1;32m.hidden.log\u001b[0m  \u001b[35m.three\u001b[0m  again\n"
      )
      expect(onTerminal(`$bin ls --root "$root" -d tree/link`, colours)).toBe("tree/link\n")
      expect(onTerminal(`$bin ls --root "$root" -l tree`, colours)).toContain(" \u001b[31mmode755\u001b[0m\n")
      expect(onTerminal(`$bin ls --root "$root" -l tree`, { ...colours, NO_COLOR: "1" })).not.toContain("\u001b")
      expect(onTerminal(`$bin ls --root "$root" -l tree | cat`, colours)).not.toContain("\u001b")
    })
  })
})

it("a shell reads a quoted name as the name", () => {
  const texts = names.slice(0, -1).map(String).concat("", "\u202e'x'\n", "'\u001b'", "$HOME `id` $(id) \\ !", "\u00011")
  const { stdout } = shell(`exec bash -c "$1"`, [`printf '%s\\0' ${texts.map(shellQuoted).join(" ")}`])
  expect(stdout.toString().split("\0").slice(0, -1)).toEqual(texts)
})

describe("users", () => {
  it("come from the valid lines, the first for each number", () => {
    const text = "root:x:0:0::/:\nevil\u001b[0m:x:1:\n:x:2:\nno number:x:3:\nminus:x:-1:\nhuge:x:4294967296:\n" +
      "12:x:4:\ntoor:x:0:\nname-with.dots_$:x:5:\nwin\\user:x:6:\nhex:x:0x7:\nlast:x:4294967295"
    expect(Array.from(namesIn(text))).toEqual(
      [[0, "root"], [5, "name-with.dots_$"], [6, "win\\user"], [4_294_967_295, "last"]]
    )
  })

  describe.skipIf(without("mount", "root"))("of a process", () => {
    it.for(["pivot_root", "chroot"] as const)("have the names in its root after %s", async (entering) => {
      using directory = temporary()
      const { path } = directory
      mkdirSync(`${path}/proc`)
      mkdirSync(`${path}/real`)
      // Outside the root, the link leads to a file on the host.
      symlinkSync("/real", `${path}/etc`)
      writeFileSync(`${path}/real/passwd`, "captain:x:0:0\nsailor:x:4242:4242\n\u001b[2J:x:7:7\n")
      writeFileSync(`${path}/real/group`, "crew:x:4242:\n")
      writeFileSync(`${path}/file`, "12345")
      writeFileSync(`${path}/other`, "1")
      chownSync(`${path}/file`, 4242, 4242)
      chownSync(`${path}/other`, 7, 0)
      await using child = await startIn(path, entering)
      const of = ["--pid", String(child.pid)]
      const listed = lines(run(["ls", ...of, "-l", "file", "other", "real/passwd"]).stdout)
      expect(listed.map((line) => line.split(/ +/).slice(2, 5))).toEqual(
        [["sailor", "crew", "5"], ["7", "0", "1"], ["captain", "0", "44"]]
      )
      const { stdout } = run(["stat", ...of, "--json", "/file"])
      expect(JSON.parse(stdout.toString())).toMatchObject({ user: "sailor", group: "crew", uid: 4242 })
      expect(run(["cat", ...of, "/etc/group"]).stdout.toString()).toBe("crew:x:4242:\n")
      expect(lines(run(["find", ...of, "/", "-maxdepth", "1"]).stdout)).toEqual(
        ["/", "/etc", "/file", "/other", "/proc", "/real"]
      )
    })
  })
})
