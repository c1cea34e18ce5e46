/** Copies onto another user's file, with `node:fs` and in a root, and prints the outcomes: `node capabilities.mjs DIRECTORY`. */
import { openRoot } from "@procfsroot/node/OpenRoot"
import * as fs from "node:fs/promises"

const [directory = ""] = process.argv.slice(2)

type Calls = Pick<typeof fs, "copyFile" | "cp">

const outcomeOf = async (run: () => Promise<unknown>): Promise<unknown> => {
  try {
    await run()
    return "done"
  } catch (error) {
    return (error as NodeJS.ErrnoException).code // the error of a system call
  }
}

const outcomes = async (calls: Calls, base: string) => ({
  copyFile: await outcomeOf(() => calls.copyFile(`${base}/source`, `${base}/closed/f`)),
  cp: await outcomeOf(() => calls.cp(`${base}/source`, `${base}/closed/g`))
})

const expected = await outcomes(fs, directory)
await using root = await openRoot(directory)
process.stdout.write(JSON.stringify({ expected, found: await outcomes(root.promises, "") }))
