/** Shows one step of the walk: what happened, what is left of the texts, and what is held. */
import { h, nextTick, type VNode } from "vue"
import type { Held, Step, Text, Walked } from "../model.js"
import { write } from "../names.js"

type Go = (step: number) => void

const button = (label: string, sign: string, isOff: boolean, go: () => void): VNode =>
  h("button", {
    type: "button",
    class: "walk-button",
    title: label,
    "aria-label": label,
    // Not `disabled`: the button would lose the focus at the last step.
    "aria-disabled": isOff,
    onClick: () => isOff || go()
  }, h("span", { "aria-hidden": true }, sign))

const toolbar = (shown: number, count: number, go: Go): VNode =>
  h("div", { class: "walk-toolbar", role: "group", "aria-label": "Steps" }, [
    button("First step", "⇤", shown === 0, () => go(0)),
    button("Previous step", "←", shown === 0, () => go(shown - 1)),
    button("Next step", "→", shown === count - 1, () => go(shown + 1)),
    button("Last step", "⇥", shown === count - 1, () => go(count - 1)),
    h("input", {
      type: "range",
      class: "walk-range",
      min: 1,
      max: count,
      value: shown + 1,
      "aria-label": "Step",
      "aria-valuetext": `${shown + 1} of ${count}`,
      onInput: (event: Event) => go(Number((event.target as HTMLInputElement).value) - 1) // a listener of this input
    }),
    h("span", { class: "walk-count", "aria-hidden": true }, `${shown + 1} / ${count}`)
  ])

const title = (words: string): VNode => h("h3", { class: "walk-title" }, words)

/** A part of a text, with a word for users who cannot see how it is marked. */
const part = (kind: string, word: string, text: string): ReadonlyArray<VNode> =>
  text === "" ? [] : [h("span", { class: kind }, [h("span", { class: "walk-only-read" }, ` ${word}: `), write(text)])]

const textLine = ({ link, offset, start, text }: Text, index: number): VNode =>
  h("li", { class: ["walk-text", { "is-current": index === 0 }], key: `${link}` }, [
    h("span", { class: "walk-of" }, link === undefined ? "path" : `${write(link)} →`),
    h("code", { class: "walk-line" }, [
      ...part("is-done", "walked", text.slice(0, start)),
      ...part("is-now", "now", text.slice(start, offset)),
      ...part("is-left", "left", text.slice(offset)),
      ...(text === "" ? ["(empty)"] : [])
    ])
  ])

const texts = (step: Step): ReadonlyArray<VNode> => [
  title("Left to walk"),
  step.texts.length === 0
    ? h("p", { class: "walk-none" }, "Nothing: the path was refused before the first lookup.")
    : h("ol", { class: "walk-texts" }, step.texts.map(textLine))
]

const directory = ({ handle, name }: Held, index: number, held: ReadonlyArray<Held>): VNode =>
  h("li", { class: ["walk-held", { "is-here": index === held.length - 1 }], key: index }, [
    h("code", index === 0 ? "/" : write(name)),
    h("span", { class: "walk-badge walk-handle" }, [h("span", { class: "walk-only-read" }, "handle "), `#${handle}`])
  ])

const stack = ({ held, tail }: Step): ReadonlyArray<VNode> => [
  title("Held, from the root down"),
  held.length === 0 ? h("p", { class: "walk-none" }, "Nothing.") : h("ol", { class: "walk-stack" }, [
    ...held.map(directory),
    ...tail.map((name, index) =>
      h("li", { class: "walk-held is-absent", key: `tail${index}` }, [
        h("code", write(name)),
        h("span", { class: "walk-badge" }, "no file")
      ])
    )
  ]),
  h("p", { class: "walk-hint walk-after" }, [
    "A handle stands for an open directory, such as a descriptor. ",
    h("code", ".."),
    " goes back to the one before, without a lookup."
  ])
]

const signs: Readonly<Record<Step["tag"], string>> = {
  Started: "○",
  Entered: "↓",
  Kept: "◆",
  Followed: "↪",
  Finished: "↩",
  Absent: "?",
  Stayed: "·",
  Returned: "↑",
  Clamped: "⊤",
  Resolved: "✓",
  Failed: "✗"
}

const focusOn = async (list: EventTarget | null): Promise<void> => {
  await nextTick()
  if (list instanceof HTMLElement) list.querySelector<HTMLElement>("[aria-current]")?.focus()
}

const keys = (shown: number, count: number): Readonly<Record<string, number>> => ({
  ArrowDown: Math.min(shown + 1, count - 1),
  ArrowRight: Math.min(shown + 1, count - 1),
  ArrowUp: Math.max(shown - 1, 0),
  ArrowLeft: Math.max(shown - 1, 0),
  Home: 0,
  End: count - 1
})

/** The list of all steps. Arrow keys move between them. */
const list = (steps: ReadonlyArray<Step>, shown: number, skipped: number, go: Go): ReadonlyArray<VNode> => [
  title("Every step"),
  h(
    "ol",
    {
      class: "walk-steps",
      onKeydown: (event: KeyboardEvent) => {
        const wanted = keys(shown, steps.length)[event.key]
        if (wanted === undefined || event.altKey || event.ctrlKey || event.metaKey) return
        event.preventDefault()
        go(wanted)
        void focusOn(event.currentTarget)
      }
    },
    steps.map((step, index) => {
      return h("li", { key: index, class: { "is-later": index > shown } }, [
        ...(skipped > 0 && index === steps.length - 1
          ? [h("p", { class: "walk-none" }, `${skipped} more steps are not listed.`)]
          : []),
        h("button", {
          type: "button",
          class: ["walk-step", `is-${step.tag.toLowerCase()}`],
          style: { "--level": Math.min(step.level, 8) },
          tabindex: index === shown ? 0 : -1,
          "aria-current": index === shown ? "step" : undefined,
          onClick: () => go(index)
        }, [h("span", { class: "walk-step-sign", "aria-hidden": true }, signs[step.tag]), h("span", step.sentence)])
      ])
    })
  )
]

/** Shows step `shown`. */
export const stage = ({ skipped, steps }: Walked, shown: number, go: Go): VNode => {
  const step = steps[shown]
  if (step === undefined) throw new RangeError(`there is no step ${shown}`)
  return h("section", { class: "walk-stage", "aria-labelledby": "walk-stage-title" }, [
    h("h2", { id: "walk-stage-title", class: "walk-heading" }, "Step by step"),
    toolbar(shown, steps.length, go),
    h("p", { class: ["walk-sentence", `is-${step.tag.toLowerCase()}`], "aria-live": "polite", "aria-atomic": true }, [
      h("span", { class: "walk-only-read" }, `Step ${shown + 1}: `),
      step.sentence
    ]),
    ...texts(step),
    ...stack(step),
    ...list(steps, shown, skipped, go)
  ])
}
