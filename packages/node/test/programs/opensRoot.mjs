// Opens a directory as a root, if there is another argument with `offMainThread`. Prints the error.
import { openRoot } from "../../dist/index.js"

const [path, thread] = process.argv.slice(2)
const options = { native: "none", offMainThread: thread !== undefined }
const result = await openRoot(path, options).then(() => "fulfilled", ({ message }) => message)
console.log(JSON.stringify(result))
