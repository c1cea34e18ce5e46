/** Uses resources that have to be closed. */

/** Uses a resource and closes it afterwards, whether or not `use` succeeds. */
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
  // Outside the `try`: if closing fails, it must not be closed twice.
  await resource.close()
  return value
}
