// Stands for the module of Plug'n'Play, which is loaded first. Prints whether a thread has loaded it.
const { writeSync } = require("node:fs")
const { isMainThread } = require("node:worker_threads")

process.versions.pnp = "3"
if (!isMainThread) writeSync(1, "loaded\n")
