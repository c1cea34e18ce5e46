/**
 * `node descriptors.mjs <directory>`, with a low limit of open files: builds each layer with 0 to 8 free descriptors,
 * and prints the result and how many descriptors were left open.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { closeSync, fstatSync, openSync } from "node:fs"
import { layers } from "./layers.js"

const [directory = ""] = process.argv.slice(2)

const isOpen = (fd: number): boolean => {
  try {
    fstatSync(fd)
    return true
  } catch {
    return false
  }
}

/** Counts the open descriptors. Listing them would need a descriptor. */
const open = (): number => Array.from({ length: 4_096 }, (_, fd) => fd).filter(isOpen).length

const taken: Array<number> = []

const takeAll = () => {
  for (;;) {
    try {
      taken.push(openSync("/dev/null", "r"))
    } catch {
      return
    }
  }
}

const make = <A, E extends { readonly _tag: string; readonly code: string }>(layer: Layer.Layer<A, E>, free: number) =>
  Effect.gen(function*() {
    takeAll()
    for (const fd of taken.splice(0, free)) closeSync(fd)
    const before = open()
    const answer = yield* Effect.match(Effect.scoped(Layer.build(layer)), {
      onFailure: ({ _tag, code }) => `${_tag} ${code}`,
      onSuccess: () => "made"
    })
    return { free, answer, left: open() - before }
  })

const all = layers(directory)

const program = Effect.gen(function*() {
  // This layer needs a thread, which needs more descriptors than are free.
  const withoutThread = yield* Effect.forEach([0, 1, 2, 3], (free) => make(all["off the main thread"], free))
  const results = yield* Effect.forEach(Object.entries(all), ([name, layer]) =>
    Effect.gen(function*() {
      for (const fd of taken.splice(0)) closeSync(fd)
      // Starts the thread, which keeps its own descriptors open.
      yield* Effect.scoped(Layer.build(layer))
      return yield* Effect.forEach(
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        (free) => Effect.map(make(layer, free), (result) => ({ name, ...result }))
      )
    }))
  return { withoutThread, results: results.flat() }
})

const answers = await Effect.runPromise(program)
for (const fd of taken) closeSync(fd)
process.stdout.write(JSON.stringify(answers))
