/** The descriptors of a process in memory. */

/**
 * Takes the lowest number that is free, as `open(2)` does. The first three are in use from the start.
 *
 * @internal
 */
export const takeDescriptor = (used: Set<number>): number => {
  let descriptor = 3
  while (used.has(descriptor)) descriptor++
  used.add(descriptor)
  return descriptor
}
