/** Tests what a thread does with the tasks of a message. */
import { defaultPolicy } from "@procfsroot/path/Policy"
import { temporary } from "@procfsroot/testkit/temporary"
import { closeSync, openSync, readdirSync } from "node:fs"
import { expect, it } from "vitest"
import type { AnswerData, Answers, Message } from "../src/internal/thread/messages.js"
import { giveUp, type State, taken } from "../src/internal/thread/state.js"
import { withThread } from "../src/internal/thread/threads.js"

/** Sends a message to the thread that was used last, and returns what it sends. */
const sentFor = (message: Message, meanwhile: (state: State) => void = () => {}): Promise<ReadonlyArray<Answers>> =>
  new Promise((resolve, failed) => {
    const all: Array<Answers> = []
    const answered = (answers: Answers): void => {
      all.push(answers)
      if (answers.last) resolve(all)
    }
    withThread({
      isSlow: () => false,
      failed,
      use: (thread) => {
        thread.give({ answered, failed }, message)
        meanwhile(thread.state)
      }
    })
  })

/** The answer to each task. */
const answersTo = async (...args: Parameters<typeof sentFor>): Promise<ReadonlyArray<AnswerData>> => {
  const all: Array<AnswerData> = []
  for (const { answers, first } of await sentFor(...args)) answers.forEach((answer, i) => all[first + i] = answer)
  return all
}

/** Enough paths that a thread is still at this task when tasks are given up. */
const many = Array.from({ length: 100_000 }, (_, i) => `/none/${i}`)

const long = { do: "walkAll", paths: many, maxRemembered: 0 } as const

const open = (path: string) => ({ do: "open", path }) as const

const opened = (): number => readdirSync("/proc/self/fd").length

it("a thread answers each task in its place, and those that fail as well", async () => {
  using box = temporary()
  const fd = openSync(box.path, "r")
  const answers = await answersTo({
    root: { id: 1_001, fd, native: "auto" },
    tasks: ["/none", open("/"), "/", open(`${box.path}/none`), "/", { do: "close", fd }],
    policies: [undefined, undefined, undefined, undefined, { ...defaultPolicy, containment: "beneath" }, undefined]
  })
  expect(answers).toEqual([
    "!/none",
    { value: expect.any(Number) },
    "/",
    { error: expect.objectContaining({ fields: expect.objectContaining({ code: "ENOENT" }) }) },
    { value: { _tag: "Failed", at: "/", reason: { _tag: "EscapesRoot" } } },
    { value: undefined }
  ])
  const [, made] = answers
  closeSync(typeof made === "object" && "value" in made ? Number(made.value) : -1)
  expect(() => closeSync(fd)).toThrow("EBADF")
})

it("a thread sends the answers to paths together, and any other one before it begins the next task", async () => {
  const fd = openSync("/", "r")
  const tasks = ["/", open("/none"), "/", "/", open("/none"), open("/none"), "/"]
  const sent = await sentFor({ root: { id: 1_002, fd, native: "auto" }, tasks, policies: tasks.map(() => undefined) })
  closeSync(fd)
  const parts = sent.map(({ answers, first, last }) => [first, answers.length, last])
  expect(parts).toEqual([[0, 2, false], [2, 3, false], [5, 1, false], [6, 1, true]])
})

it("a thread does not begin a task that was given up, and ends a long one", async () => {
  using box = temporary()
  const fd = openSync(box.path, "r")
  await answersTo({ root: { id: 1_003, fd, native: "auto" }, tasks: ["/"], policies: [undefined] })
  const before = opened()
  const message: Message = {
    root: { id: 1_003, fd, native: "auto" },
    tasks: [long, open("/"), "/"],
    policies: [undefined, undefined, undefined]
  }
  const answers = await answersTo(message, (state) => {
    while (taken(state) === 0);
    giveUp(state, 0)
    giveUp(state, 1)
  })
  expect(answers).toEqual([{ value: expect.any(Array) }, undefined, "/"])
  expect(answers).not.toHaveProperty("0.value.length", many.length)
  expect(opened()).toBe(before)
  closeSync(fd)
})

it("a thread does not take a root for an earlier one that had the same descriptor", async () => {
  const walk = async (id: number, root: string, path: string): Promise<readonly [fd: number, answer: AnswerData]> => {
    const fd = openSync(root, "r")
    const [answer] = await answersTo({
      root: { id, fd, native: "auto" },
      tasks: [{ do: "walk", path }],
      policies: [{ ...defaultPolicy, mounts: "forbid" }]
    })
    closeSync(fd)
    return [fd, answer]
  }
  const [fd, first] = await walk(1_004, "/proc", "/version")
  expect(first).toMatchObject({ value: { _tag: "Resolved", place: "/version" } })
  const crosses = { value: { _tag: "Failed", reason: { _tag: "CrossesMount", known: true } } }
  expect(await walk(1_005, "/", "/proc")).toMatchObject([fd, crosses])
  expect(await walk(1_006, "/proc", "/version")).toMatchObject([fd, first])
})
