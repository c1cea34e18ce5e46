/** Prints the codes with which operations in a root fail, or `null`. */
import { openRoot } from "../../src/index.js"

const [place = ""] = process.argv.slice(2)
const root = await openRoot(place)
const codeOf = (done: Promise<unknown>): Promise<string | null> =>
  done.then(() => null, (error: NodeJS.ErrnoException) => error.code ?? "none")
const { promises } = root
console.log(JSON.stringify({
  list: await codeOf(promises.readdir("/dir")),
  copy: await codeOf(promises.cp("/dir", "/copy", { recursive: true })),
  unlink: await codeOf(promises.unlink("/dir/sub"))
}))
await root.close()
