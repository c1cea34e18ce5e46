/** Resolves paths in its working directory, and prints what fails. */
import { openRoot } from "@procfsroot/node/OpenRoot"

const main = async () => {
  for (const strategy of ["kernel", "walk"] as const) {
    const root = await openRoot(".", { strategy })
    try {
      await root.resolve("/")
      await root.explain("/")
    } finally {
      await root.close()
    }
  }
}

main().then(() => console.log("resolved"), ({ message }) => console.log(message))
