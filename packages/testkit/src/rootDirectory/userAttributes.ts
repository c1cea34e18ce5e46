/** Extended attributes of users, which not every file system supports. */
import { judge } from "../judges.js"
import { temporary } from "../temporary.js"
import { setAttribute } from "./libc.js"
import { outcomeOf } from "./world.js"

export const userAttributes = judge(() => {
  using directory = temporary()
  const failed = outcomeOf(() => setAttribute(directory.path, "user.a", new Uint8Array(1)))
  return typeof failed === "string" ? `the temporary directory has no extended attributes: ${failed}` : undefined
})
