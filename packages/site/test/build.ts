/** Builds the site once, with the same command that people use. */
import { execFileSync } from "node:child_process"
import { site } from "../src/repository.js"

export default (): void => {
  execFileSync("npm", ["run", "build"], { cwd: site, stdio: ["ignore", "ignore", "inherit"] })
}
