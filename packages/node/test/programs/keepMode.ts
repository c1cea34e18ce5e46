/** Replaces `/f` in a root with `keepMode`, as the user that runs it: `node keepMode.mjs ROOT`. */
import { openRoot } from "@procfsroot/node/OpenRoot"

const [path = ""] = process.argv.slice(2)
await using root = await openRoot(path)
await root.directory.writeFileAtomic("/f", "new content", { keepMode: true })
