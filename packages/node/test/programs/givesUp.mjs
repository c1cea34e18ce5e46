// Gives up a request that hangs, after another one of the same message is answered, and ends: `node givesUp.mjs PATH`.
import { openSync } from "node:fs"
import { Lane } from "../../dist/internal/thread/lane.js"

const lane = new Lane({ id: 1, fd: openSync(process.argv[2], "r"), native: "auto" })
const ask = (task, done) => lane.ask({ task, policy: undefined, moved: [], done })
ask({ do: "open", path: "/none" }, () => {
  giveUp()
  console.log("given up")
})
const giveUp = ask("/hangLookup", () => {})
