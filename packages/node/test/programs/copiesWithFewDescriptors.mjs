// Copies a file onto another one in the directory PATH, while no descriptor is free, then one, and so on: `node
// copiesWithFewDescriptors.mjs PATH STRATEGY`. Prints the results, with what the other file contains then.
import { openRoot } from "@procfsroot/node"
import { closeSync, readFileSync, writeFileSync } from "node:fs"
import { takeDescriptors } from "./descriptors.mjs"

/** More than a copy needs. */
const MOST = 16

const [, , path, strategy] = process.argv

const contentOf = (name) => {
  try {
    return readFileSync(`${path}/${name}`, "utf8")
  } catch (error) {
    return error.code
  }
}

const root = await openRoot(path, { strategy })
const results = new Set()
for (let free = 0; free < MOST; free++) {
  writeFileSync(`${path}/from`, "new")
  writeFileSync(`${path}/to`, "old")
  const held = takeDescriptors()
  for (const fd of held.splice(0, free)) closeSync(fd)
  const result = await root.promises.cp("/from", "/to").then(() => "copied", ({ code }) => code)
  for (const fd of held) closeSync(fd)
  results.add(`${result}: ${contentOf("to")}`)
}
console.log(JSON.stringify([...results].toSorted()))
