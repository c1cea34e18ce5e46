/** Opens its working directory as a root with koffi, and prints what makes its native calls, or the error. */
import { openRoot } from "@procfsroot/node/OpenRoot"

const main = async () => {
  const root = await openRoot(".", { native: "koffi", offMainThread: true })
  await root.resolve("/")
  return root.strategy.native?.name
}

main().then(console.log, ({ message }) => console.log(message))
