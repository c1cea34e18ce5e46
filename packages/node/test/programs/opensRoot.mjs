// Opens its working directory as a root. Prints the error.
import { openRoot } from "../../dist/index.js"

const result = await openRoot(process.cwd(), { native: "none" }).then(() => "fulfilled", ({ message }) => message)
console.log(JSON.stringify(result))
