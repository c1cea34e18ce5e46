/** What flags mean that not every runtime passes on as they are (`procfs/open.ts`), or that every file is opened with. */
import { bundled } from "@procfsroot/testkit/bundle"
import { without } from "@procfsroot/testkit/judges"
import { temporary } from "@procfsroot/testkit/temporary"
import { spawn } from "node:child_process"
import { constants, readFileSync, writeFileSync } from "node:fs"
import { text } from "node:stream/consumers"
import { expect, it } from "vitest"
import { openRoot } from "../src/index.js"

const { O_APPEND, O_CREAT, O_RDWR, O_TRUNC, O_WRONLY } = constants

it("a file that is opened with O_APPEND only for reading cannot be changed", async () => {
  using directory = temporary()
  writeFileSync(`${directory.path}/f`, "text")
  await using root = await openRoot(directory.path, { readOnly: true })
  await using file = await root.promises.open("/f", O_APPEND)
  await expect(file.write("more")).rejects.toMatchObject({ code: "EBADF" })
  await expect(file.truncate()).rejects.toMatchObject({ code: "EINVAL" })
  expect(await file.readFile("utf8")).toBe("text")
  await using top = await root.promises.open("/", O_APPEND)
  expect((await top.stat()).isDirectory()).toBe(true)
})

it("O_APPEND with O_CREAT creates a file that is only read", async () => {
  using directory = temporary()
  await using root = await openRoot(directory.path)
  await using file = await root.promises.open("/f", O_APPEND | O_CREAT)
  await expect(file.write("more")).rejects.toMatchObject({ code: "EBADF" })
  expect(readFileSync(`${directory.path}/f`, "utf8")).toBe("")
})

it.each([O_WRONLY, O_RDWR])("O_APPEND and O_TRUNC with %s cut a file off and append", async (access) => {
  using directory = temporary()
  writeFileSync(`${directory.path}/f`, "text")
  await using root = await openRoot(directory.path)
  await using file = await root.promises.open("/f", access | O_APPEND | O_TRUNC)
  await file.write("new")
  await file.write("er", 0)
  expect(readFileSync(`${directory.path}/f`, "utf8")).toBe("newer")
  await using added = await root.promises.open("/g", access | O_APPEND | O_CREAT | O_TRUNC)
  await added.write("x")
  expect(readFileSync(`${directory.path}/g`, "utf8")).toBe("x")
  await expect(root.promises.open("/", access | O_APPEND | O_TRUNC)).rejects.toMatchObject({ code: "EISDIR" })
})

it.skipIf(without("koffi", "terminal")).each(["kernel", "walk"])(
  "a terminal in a root does not become the controlling terminal, which could end the process: %s",
  async (strategy) => {
    const program = await bundled(new URL("./programs/controllingTerminal.ts", import.meta.url))
    /** In a session of its own. */
    const terminalAfter = (way: string): Promise<string> =>
      text(spawn(process.execPath, [program, way], { detached: true, stdio: ["ignore", "pipe", "inherit"] }).stdout)
    expect(await terminalAfter("fs")).toMatch(/^[1-9]\d*\n$/)
    expect(await terminalAfter(strategy)).toBe("0\n")
  }
)
