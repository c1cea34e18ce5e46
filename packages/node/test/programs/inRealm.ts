/** Resolves paths in its working directory, closes everything by `using`, and prints what fails. */
import { openMemoryRoot } from "@procfsroot/node/MemoryRoot"
import { openRoot } from "@procfsroot/node/OpenRoot"

const closed = async () => {
  await using root = openMemoryRoot({})
  const { directory, promises, sync } = root
  {
    await using temporary = await promises.mkdtempDisposable("tmp/a-")
    using other = sync.mkdtempDisposableSync("tmp/b-")
    await using file = await promises.open(`${temporary.path}/f`, "w")
    await using descriptor = await directory.openDescriptor(`${other.path}`)
    await using listed = await promises.opendir("tmp")
    using again = sync.opendirSync("tmp")
    await file.writeFile("content")
    if (descriptor.fd === -1 || listed.path !== again.path) throw new Error("not open")
  }
  if ((await promises.readdir("tmp")).length > 0) throw new Error("not removed")
}

const main = async () => {
  for (const strategy of ["kernel", "walk"] as const) {
    await using root = await openRoot(".", { strategy })
    await root.resolve("/")
    await root.explain("/")
  }
  await closed()
}

main().then(() => console.log("resolved"), ({ message }) => console.log(message))
