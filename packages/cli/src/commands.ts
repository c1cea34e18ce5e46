/** All commands, in the order in which the help lists them. */
import { cat } from "./commands/cat.js"
import { completion } from "./commands/completion.js"
import { cp } from "./commands/cp.js"
import { diff } from "./commands/diff.js"
import { du } from "./commands/du.js"
import { explain } from "./commands/explain.js"
import { find } from "./commands/find.js"
import { ls } from "./commands/ls.js"
import { ps } from "./commands/ps.js"
import { readlink } from "./commands/readlink.js"
import { resolve } from "./commands/resolve.js"
import { stat } from "./commands/stat.js"
import type { Command } from "./options.js"

const own: ReadonlyArray<Command> = [ps, resolve, explain, ls, cat, stat, readlink, find, du, diff, cp]

export const commands: ReadonlyArray<Command> = [...own, completion(own)]
