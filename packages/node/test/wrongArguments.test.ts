/** Arguments that Node refuses are refused in a root too, and before anything is changed. */
import { codeOf, itIsAsOverNode, type Program } from "./asOverNode.js"

/** A value of a type that the compiler would refuse. */
const wrong = (value: unknown): never => value as never

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
  }
}

itIsAsOverNode(programs)
