/** The state that the page starts with, and the examples that it offers. */
import type { State } from "./model.js"

const tree = `/usr/bin/env
/usr/lib/os-release
/bin -> usr/bin
/lib -> usr/lib
/etc/os-release -> ../lib/os-release
/etc/passwd
/var/run -> /run
/run/motd
/run/agent.sock=
/evil -> ../../../../etc/passwd
/out -> /etc
/loop/a -> b
/loop/b -> ../loop/c
/loop/c -> /loop/a
/mnt/data/ (mount)
/mnt/data/report`

/** An example, and the title of its button. */
export interface Example {
  readonly title: string
  readonly path: string
  readonly policy: State["policy"]
}

export const examples: ReadonlyArray<Example> = [
  { title: "Links to links", path: "/etc/os-release", policy: {} },
  { title: "A merged /usr", path: "/bin/env", policy: {} },
  { title: "A plain path", path: "/usr/lib/os-release", policy: {} },
  { title: "Out of the root?", path: "/../../evil", policy: {} },
  { title: "A loop", path: "/loop/a", policy: {} },
  { title: "A missing name", path: "/var/run/nope/pid", policy: {} },
  { title: "Links forbidden", path: "/bin/env", policy: { symlinks: "forbid" } },
  { title: "Only beneath", path: "out/passwd", policy: { containment: "beneath" } }
]

const [first] = examples

/** The tree of the examples with the path and policy of one of them. */
export const stateOf = (example: Example | undefined): State => ({
  tree,
  path: example?.path ?? "/",
  policy: example?.policy ?? {},
  step: 0
})

/** A step in the middle of a walk, where all parts of the page show something. */
export const initial: State = { ...stateOf(first), step: 4 }
