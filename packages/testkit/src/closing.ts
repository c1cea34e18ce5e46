/** Things that have to be closed. */

/** Uses what is closed afterwards, whether or not that goes well. */
export const closing = async <R extends { readonly close: () => Promise<void> }, A>(
  opening: Promise<R>,
  use: (resource: R) => Promise<A>
): Promise<A> => {
  const resource = await opening
  let value: A
  try {
    value = await use(resource)
  } catch (error) {
    await resource.close()
    throw error
  }
  // Apart from the other, since it may fail.
  await resource.close()
  return value
}
