/** Uses a root in memory as a page in a browser would. */
import { link, openMemoryRoot } from "@procfsroot/node/MemoryRoot"

const program = async (): Promise<string> => {
  const { promises, resolve } = openMemoryRoot({ "/a/motd": "hello", "/l": link("a") })
  await promises.writeFile("/a/new", "x")
  const names = await promises.readdir("/l")
  const missing = await promises.stat("/none").catch((error: NodeJS.ErrnoException) => error.code)
  const file = await promises.open("/a/motd")
  const { value } = await file.readableWebStream().getReader().read()
  const streams = [() => file.createReadStream(), () => file.createWriteStream(), () => file.readLines()].map(codeOf)
  return [
    await promises.readFile("/l/motd", "utf8"),
    names.length,
    missing,
    await resolve("l"),
    value?.length,
    ...streams
  ].join(" ")
}

const codeOf = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error
  }
}

export const answer = program()
