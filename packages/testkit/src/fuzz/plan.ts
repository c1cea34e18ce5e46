/**
 * Turns bytes into a sequence of operations. The bytes are the random numbers of the generator, so that a small change
 * of the bytes is a small change of the sequence.
 */
import * as FastCheck from "effect/FastCheck"
import { plan } from "../sequences/generate.js"
import type { Plan, User } from "../sequences/model.js"

type Generator = ConstructorParameters<typeof FastCheck.Random>[0]

const LEAST = -(2 ** 31)

/** Takes two bytes per number, and zeros after the last byte. That is enough, since only small numbers are used. */
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
