/** Arguments that Node refuses are refused in a root too, and before anything is changed. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { expect, it } from "vitest"
import { codeOf, itIsAsOverNode, type Program, thrownBy } from "./asOverNode.js"
import { rejection } from "./rejection.js"

/** A value of a type that the compiler would refuse. */
const wrong = (value: unknown): never => value as never

/** In Bun, some of these options are accepted, and then the watch does not end. */
const isBun = process.versions["bun"] !== undefined

const programs: Readonly<Record<string, Program>> = {
  "data of a wrong type": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "precious")
    await using file = await fs.open(`${base}/f`, "r+")
    const values = [
      undefined,
      null,
      123,
      true,
      {},
      new Date(0),
      new ArrayBuffer(2),
      { [Symbol.iterator]: 1 },
      Symbol.iterator
    ]
    const codes = await Promise.all(
      values.map(wrong).map(async (data) => [
        await codeOf(fs.writeFile(`${base}/f`, data)),
        await codeOf(fs.appendFile(`${base}/f`, data)),
        await codeOf(fs.writeFile(`${base}/new`, data, { flush: true })),
        await codeOf(fs.appendFile(`${base}/new`, data)),
        await codeOf(file.writeFile(data)),
        await codeOf(file.appendFile(data))
      ])
    )
    return [codes, await fs.readFile(`${base}/f`, "utf8"), (await fs.readdir(`${base}/`)).toSorted()]
  },
  "a missing mode or length": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "content")
    await fs.chmod(`${base}/f`, 0o640)
    const file = await fs.open(`${base}/f`, "r+")
    const modes = [undefined, null, {}, true, "", "8", "0o7", 1.5, -1].map(wrong)
    const lengths = [null, "3", {}, 1.5, Number.NaN].map(wrong)
    const codes = [
      await Promise.all(modes.map((mode) => codeOf(fs.chmod(`${base}/f`, mode)))),
      await Promise.all(modes.map((mode) => codeOf(file.chmod(mode)))),
      await Promise.all([{}, true].map(wrong).map((mode) => codeOf(fs.mkdir(`${base}/d`, { mode })))),
      await Promise.all(lengths.map((length) => codeOf(file.truncate(length)))),
      await Promise.all(lengths.map((length) => codeOf(fs.truncate(`${base}/f`, length))))
    ]
    const { mode, size } = await file.stat()
    await file.close()
    // That the file is closed comes before the arguments.
    const closed = [await codeOf(file.chmod(wrong(null))), await codeOf(file.truncate(wrong(null)))]
    return [codes, mode, size, closed]
  },
  "modes of access and copyFile": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "")
    const modes = [8, -1, 2 ** 31, Number.NaN, "4", {}, true, null].map(wrong)
    return [
      await Promise.all(modes.map((mode) => codeOf(fs.access(`${base}/f`, mode)))),
      await Promise.all(modes.map((mode) => codeOf(fs.copyFile(`${base}/f`, `${base}/g`, mode))))
    ]
  },
  "options that are not true or false": async (fs, base) => {
    await fs.mkdir(`${base}/d`)
    await fs.writeFile(`${base}/f`, "")
    const answers: Array<unknown> = []
    for (const value of [1, "x", null].map(wrong)) {
      answers.push(
        await codeOf(fs.rm(`${base}/d`, { recursive: value })),
        await codeOf(fs.rm(`${base}/none`, { force: value })),
        await codeOf(fs.cp(`${base}/d`, `${base}/e`, { recursive: value })),
        await codeOf(fs.cp(`${base}/f`, `${base}/g`, { force: value })),
        await codeOf(fs.cp(`${base}/f`, `${base}/g`, { errorOnExist: value })),
        await codeOf(fs.cp(`${base}/f`, `${base}/g`, { preserveTimestamps: value })),
        await codeOf(fs.mkdir(`${base}/m`, { recursive: value }))
      )
    }
    for (const options of isBun ? [] : [{ recursive: 1 }, { recursive: "x" }, { recursive: null }, null].map(wrong)) {
      answers.push(await codeOf(fs.watch(`${base}/`, options)[Symbol.asyncIterator]().next()))
    }
    for (const options of [1, "x", null].map(wrong)) {
      answers.push(await codeOf(fs.rm(`${base}/d`, options)), await codeOf(fs.cp(`${base}/f`, `${base}/g`, options)))
    }
    answers.push(await codeOf(fs.writeFile(`${base}/f`, "x", { flush: wrong(1) })))
    return [answers, (await fs.readdir(`${base}/`)).toSorted()]
  },
  // Bun's own `fs` reads some of them.
  "options that every object inherits": async (fs, base) => {
    if (isBun) return []
    await fs.mkdir(`${base}/d`)
    try {
      Object.assign(Object.prototype, { recursive: true, force: true })
      return [
        await codeOf(fs.rm(`${base}/d`)),
        await codeOf(fs.rm(`${base}/d`, {})),
        await codeOf(fs.rm(`${base}/none`)),
        await codeOf(fs.mkdir(`${base}/new/d`)),
        (await fs.readdir(`${base}/`)).toSorted()
      ]
    } finally {
      for (const name of ["recursive", "force"]) Reflect.deleteProperty(Object.prototype, name)
    }
  },
  "signals": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "content")
    await using file = await fs.open(`${base}/f`, "r+")
    const options = [null, 5, {}, "x", true].map((signal) => ({ signal: wrong(signal) }))
    return await Promise.all(
      options.map(async (option) => [
        await codeOf(fs.readFile(`${base}/f`, option)),
        await codeOf(fs.writeFile(`${base}/f`, "x", option)),
        await thrownBy(() => fs.watch(`${base}/`, option)[Symbol.asyncIterator]().next()),
        await codeOf(file.readFile(option)),
        await codeOf(file.writeFile("x", option))
      ])
    )
  },
  "parts of buffers": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "content")
    await using file = await fs.open(`${base}/f`, "r+")
    const buffer = Buffer.from("....")
    const parts = ["1", {}, true, "", -1, 1.5, 5].map(wrong)
    const buffers = [5, "x", true, Symbol.iterator, { buffer: "x" }, { buffer: new ArrayBuffer(2) }].map(wrong)
    return [
      await Promise.all(parts.map((offset) => codeOf(file.read(buffer, { offset })))),
      await Promise.all(parts.map((offset) => codeOf(file.write(buffer, wrong({ offset }))))),
      await Promise.all(buffers.map((first) => codeOf(file.read(first)))),
      await Promise.all([5, true, {}, new ArrayBuffer(2)].map(wrong).map((data) => codeOf(file.write(data)))),
      (await file.readFile()).toString()
    ]
  },
  "flags": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "precious")
    const flags = ["rw", "constructor", ["w"], {}, true, null, undefined].map(wrong)
    const codes = await Promise.all(flags.map((flag) => codeOf(fs.readFile(`${base}/f`, { flag }))))
    const opened = await Promise.all(
      flags.map((flag) => codeOf(fs.open(`${base}/f`, flag).then((file) => file.close())))
    )
    const numbers = [1.5, Number.POSITIVE_INFINITY, 2 ** 32, -(2 ** 32)]
    const fromNumbers = [
      await Promise.all(numbers.map((flag) => codeOf(fs.readFile(`${base}/f`, { flag: wrong(flag) })))),
      await Promise.all(
        [...numbers, Number.NaN].map((flag) => codeOf(fs.open(`${base}/f`, flag).then((file) => file.close())))
      )
    ]
    return [codes, opened, fromNumbers, await fs.readFile(`${base}/f`, "utf8")]
  },
  "encodings": async (fs, base) => {
    await fs.writeFile(`${base}/f`, "content")
    const encodings = ["", null, undefined, "UTF8", "none", 5, {}, true, Symbol.iterator].map(wrong)
    return [
      await Promise.all(encodings.map((encoding) => codeOf(fs.readFile(`${base}/f`, encoding)))),
      await Promise.all(encodings.map((encoding) => codeOf(fs.readFile(`${base}/f`, { encoding })))),
      await Promise.all(encodings.map((encoding) => codeOf(fs.readdir(`${base}/`, { encoding })))),
      await Promise.all(encodings.map((encoding) => codeOf(fs.realpath(`${base}/f`, encoding))))
    ]
  }
}

itIsAsOverNode(programs)

it("the error for a wrong limit names the option", async () => {
  await using root = openMemoryRoot({ "/f": "content" })
  const { message } = await rejection(root.directory.readFileBounded("/f", { maxBytes: -1 }))
  expect(message).toBe(`The value of "maxBytes" must be a whole number from 0 to ${2 ** 31 - 1}, not -1`)
})

it("options are read once, and only the object's own, so that what is checked is what is used", async () => {
  const answers = [false, "x"]
  const changing = {
    get recursive() {
      return wrong(answers.shift())
    }
  }
  for (const options of [changing, Object.create({ recursive: "x" })]) {
    const { promises } = openMemoryRoot({ "/d/f": "" })
    expect(await rejection(promises.rm("/d", options))).toMatchObject({ code: "ERR_FS_EISDIR" })
    expect(await promises.readdir("/d")).toEqual(["f"])
  }
})
