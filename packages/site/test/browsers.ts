/** Real browsers that open the built site. */
import { existsSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Judge, judge } from "@procfsroot/testkit/judges"
import { type Browser, type BrowserType, chromium, firefox } from "playwright-core"

const dist = fileURLToPath(new URL("../dist", import.meta.url))

/** An old build would be tested, so that only the script that makes a new one asks for these tests. */
export const built: Judge = judge(
  () => process.env["SITE_TESTS"] === "1" ? undefined : "the site has to be built first: npm run test:site",
  false,
  "REQUIRE_BROWSERS"
)

export interface Candidate {
  readonly name: string
  readonly judge: Judge
  readonly launch: () => Promise<Browser>
}

const candidate = (type: BrowserType, path: string, args: ReadonlyArray<string>): Candidate => ({
  name: type.name(),
  judge: judge(
    () => existsSync(path) ? undefined : `${type.name()} is not installed: there is no ${path}`,
    false,
    "REQUIRE_BROWSERS"
  ),
  launch: () => type.launch({ executablePath: path, args: [...args] })
})

/** Without what a browser does for its user only. The sandbox does not work for root. */
const quiet = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

export const browsers: ReadonlyArray<Candidate> = [
  candidate(chromium, process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium", quiet),
  // Playwright needs a Firefox of its own, which it installs where it finds it again.
  candidate(firefox, process.env["FIREFOX_PATH"] ?? firefox.executablePath(), [])
]

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml"
}

/** A server of the built site, and its address. */
export const serve = async (): Promise<AsyncDisposable & { readonly address: string }> => {
  const server = createServer(({ url = "/" }, response) => {
    const file = join(dist, decodeURIComponent(new URL(url, "http://site").pathname))
    if (!existsSync(file)) return response.writeHead(404).end()
    return response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" })
      .end(readFileSync(file))
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const { port } = server.address() as AddressInfo // it listens on a port
  return {
    address: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    }
  }
}
