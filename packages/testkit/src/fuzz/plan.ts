/** A sequence of operations from bytes: they are the random numbers of its generator, so that each change is a small one. */
import * as FastCheck from "effect/FastCheck"
import { plan } from "../sequences/generate.js"
import type { Plan, User } from "../sequences/model.js"

type Generator = ConstructorParameters<typeof FastCheck.Random>[0]

const LEAST = -(2 ** 31)

/** Two bytes per number, and after the last one zeros. The numbers are 32 bits long, and what is asked of them is small. */
const numbersOf = (bytes: Buffer): Generator => {
  let at = 0
  const unsafeNext = (): number => {
    const [low = 0, high = 0] = [bytes[at], bytes[at + 1]]
    at += 2
    return LEAST + low + 256 * high
  }
  const generator: Generator = { clone: () => generator, next: () => [unsafeNext(), generator], unsafeNext }
  return generator
}

export const planOfBytes = (bytes: Buffer, user: User): Plan =>
  plan(user).generate(new FastCheck.Random(numbersOf(bytes)), undefined).value
