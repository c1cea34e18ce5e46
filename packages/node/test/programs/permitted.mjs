// Copies a tree, and changes attributes of an open file. Prints the errors of what is forbidden.
import { openRoot } from "../../dist/index.js"

const root = await openRoot(process.argv[2], { native: "none" })
const { cp, mkdir, open, writeFile } = root.promises
await mkdir("/from")
await writeFile("/from/f", "")
await cp("/from", "/to", { recursive: true })
const file = await open("/to/f", "r+")
await file.chmod(0o640)
await file.chown(process.geteuid(), process.getegid())
await file.utimes(1, 2)
await file.sync().catch(({ message }) => console.log(message))
await file.close()
await root.close()
await openRoot("/", { native: "none", offMainThread: true }).catch(({ message }) => console.log(message))
