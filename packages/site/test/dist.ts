/** Reads the built site, and serves it. */
import { readdirSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { extname } from "node:path"
import { site } from "../src/repository.js"

const dist = `${site}/dist`

/** All files, as paths from the root of the site. */
export const files: ReadonlySet<string> = new Set(
  readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => `${parentPath}/${name}`.slice(dist.length))
)

export const textOf = (path: string): string => readFileSync(`${dist}${path}`, "utf8")

export const pages: ReadonlyArray<string> = [...files].filter((path) => path.endsWith(".html")).toSorted()

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml"
}

/** Serves the site as any static server would. */
export const serve = async (): Promise<{ readonly origin: string; readonly close: () => void }> => {
  const server = createServer(({ url = "" }, response) => {
    const { pathname } = new URL(url, "http://site")
    const path = pathname.replace(/\/$/, "/index.html")
    if (!files.has(path)) return void response.writeHead(404).end()
    response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" })
    response.end(readFileSync(`${dist}${path}`))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo // it listens on a TCP port
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() }
}
