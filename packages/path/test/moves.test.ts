import { ComponentStack, Moves, Policy, Walk } from "@procfsroot/path"
import { asked, optionsOf, suites } from "@procfsroot/testkit/cases"
import { inMemory, lookup, type TreeNode } from "@procfsroot/testkit/tree"
import { describe, expect, it } from "vitest"
import { tree } from "./walking.js"

interface Told {
  readonly moves: ReadonlyArray<Moves.Move<TreeNode>>
  readonly outcome: Walk.Outcome<TreeNode>
}

const told = (generator: Generator<Moves.Move<TreeNode>, Walk.Outcome<TreeNode>, void>): Told => {
  const moves: Array<Moves.Move<TreeNode>> = []
  while (true) {
    const next = generator.next()
    if (next.done === true) return { moves, outcome: next.value }
    moves.push(next.value)
  }
}

/** Each pending text, with a bar where the walk continues in it. */
const left = ({ pending }: Moves.Move<TreeNode>): ReadonlyArray<string> =>
  pending.map(({ link = "", offset, text }) => `${link}>${text.slice(0, offset)}|${text.slice(offset)}`)

const show = (path: string, options?: Policy.Options): ReadonlyArray<string> =>
  told(Moves.of(inMemory(tree), path, lookup, Policy.make(options))).moves.map((move) => {
    const { _tag, ...event } = move.event
    const details = Object.entries(event).map(([key, value]) => ` ${key}=${value}`).join("")
    return `${_tag}${details} @ ${ComponentStack.toPath(move.place, move.tail)} ${left(move).join(" ")}`
  })

describe("Moves.of", () => {
  it("reports what each component did and what is left to walk", () => {
    expect(show("/up/./e/..")).toEqual([
      "Started @ / >/|up/./e/..",
      "Followed name=up link=/up target=../../d restarted=false @ / /up>|../../d >/up/|./e/..",
      "Clamped @ / /up>../|../d >/up/|./e/..",
      "Clamped @ / /up>../../|d >/up/|./e/..",
      "Entered name=d @ /d /up>../../d| >/up/|./e/..",
      "Finished link=/up @ /d >/up/|./e/..",
      "Stayed name=. @ /d >/up/./|e/..",
      "Entered name=e @ /d/e >/up/./e/|..",
      "Returned name=e @ /d >/up/./e/..|"
    ])
  })

  it("counts the links", () => {
    const { moves } = told(Moves.of(inMemory(tree), "d/../abs", lookup))
    expect(moves.map(({ links }) => links)).toEqual([0, 0, 0, 1, 2, 2, 2, 2, 2])
  })

  it("restarts at the root for absolute links", () => {
    expect(show("d/../abs").slice(3, 6)).toEqual([
      "Followed name=abs link=/abs target=/ld/e restarted=true @ / /abs>/|ld/e >d/../abs|",
      "Followed name=ld link=/ld target=d restarted=false @ / /ld>|d /abs>/ld/|e >d/../abs|",
      "Entered name=d @ /d /ld>d| /abs>/ld/|e >d/../abs|"
    ])
  })

  it("reports links that are kept and names that are missing", () => {
    expect(show("/ld", { lastComponent: "keep" }).at(-1)).toBe("Kept name=ld @ /ld >/ld|")
    expect(show("/no/x/../y//", { missing: "tail" }).slice(1)).toEqual([
      "Absent name=no @ /no >/no/|x/../y//",
      "Absent name=x @ /no/x >/no/x/|../y//",
      "Returned name=x @ /no >/no/x/../|y//",
      "Absent name=y @ /no/y >/no/x/../y/|/",
      "Stayed name= @ /no/y >/no/x/../y//|",
      "Stayed name= @ /no/y >/no/x/../y//|"
    ])
    expect(show("no/x/y/..", { missing: "tail" }).at(-1)).toBe("Returned name=y @ /no/x >no/x/y/..|")
    expect(show("/", { lastComponent: "unchecked" })).toHaveLength(2)
    expect(show("")).toEqual([])
  })

  it.each(suites)("has the same outcome and the same lookups as Walk.run: $name", ({ cases, tree }) => {
    const root = inMemory(tree)
    for (const testCase of cases) {
      const path = asked(testCase)
      const policy = Policy.make(optionsOf(testCase))
      const asking: Array<ReadonlyArray<unknown>> = [[], []]
      const answering = (of: number) => (question: Walk.Lookup<TreeNode>) => {
        asking[of] = [...asking[of] ?? [], [
          ComponentStack.toPath(question.directory),
          question.name,
          question.trailing
        ]]
        return lookup(question)
      }
      const expected = Walk.run(root, path, answering(0), policy)
      const { moves, outcome } = told(Moves.of(root, path, answering(1), policy))
      expect({ id: testCase.id, outcome }).toEqual({ id: testCase.id, outcome: expected })
      expect(asking[1]).toEqual(asking[0])
      const hops = Walk.hops(outcome.trace).map(({ link, restarted, target }) => ({ link, restarted, target }))
      expect(moves.flatMap(({ event }) => {
        if (event._tag !== "Followed") return []
        const { link, restarted, target } = event
        return [{ link, restarted, target }]
      })).toEqual(hops)
      if (outcome._tag === "Resolved") {
        expect(ComponentStack.toPath(outcome.place)).toBe(ComponentStack.toPath(moves.at(-1)?.place ?? outcome.place))
        expect(moves.at(-1)?.tail).toEqual(outcome.tail)
      }
    }
  })
})
