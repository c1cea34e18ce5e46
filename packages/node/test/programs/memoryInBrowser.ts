/** What a page does with a root in memory. */
import { link, openMemoryRoot } from "@procfsroot/node/MemoryRoot"

const program = async (): Promise<string> => {
  const { promises, resolve } = openMemoryRoot({ "/a/motd": "hello", "/l": link("a") })
  await promises.writeFile("/a/new", "x")
  const names = await promises.readdir("/l")
  const missing = await promises.stat("/none").catch((error: NodeJS.ErrnoException) => error.code)
  return [await promises.readFile("/l/motd", "utf8"), names.length, missing, await resolve("l")].join(" ")
}

export const answer = program()
