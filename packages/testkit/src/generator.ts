/** A pseudorandom generator: the same seed gives the same choices. */
export const generator = (seed: number) => {
  let state = seed * 2_654_435_761 % 2 ** 31
  const random = (n: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor(state / 2 ** 16) % n
  }
  const pick = <A>(list: ReadonlyArray<A>): A => {
    const found = list[random(list.length)]
    if (found === undefined) throw new Error("nothing to pick from")
    return found
  }
  return { random, pick }
}

export type Random = ReturnType<typeof generator>
