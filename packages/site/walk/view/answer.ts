/** Shows where the path leads, or why it cannot be resolved. */
import { h, type VNode } from "vue"
import type { Walked } from "../model.js"
import { write } from "../names.js"
import { kindName } from "../words.js"
import { ring } from "./ring.js"

const code = (text: string): VNode => h("code", write(text))

/** How often `..` would have led out of the root. */
const kept = ({ skipped, steps }: Walked): ReadonlyArray<string> => {
  const times = steps.filter(({ tag }) => tag === "Clamped").length
  return times === 0
    ? []
    : [`kept inside the root ${skipped > 0 ? "at least " : ""}${times === 1 ? "once" : `${times} times`}`]
}

const leads = (path: string, walked: Walked): VNode => {
  const { answer: { outcome }, steps } = walked
  const isThere = outcome?._tag === "Resolved" && outcome.tail.length === 0
  const { held = [], links = 0 } = steps.at(-1) ?? {}
  const facts = [
    isThere ? kindName(outcome.kind) : "does not have to exist",
    `${links} ${links === 1 ? "link" : "links"} followed`,
    ...kept(walked),
    ...(isThere ? [`handle #${held.at(-1)?.handle}`] : [])
  ]
  return h("div", { class: "walk-answer is-found" }, [
    h("p", { class: "walk-verdict" }, [
      h("span", { class: "walk-sign" }, "Leads to"),
      h("code", { class: "walk-result", "data-answer": "" }, write(path))
    ]),
    h("p", { class: "walk-facts" }, facts.join(" · "))
  ])
}

const fails = (failure: NonNullable<Walked["answer"]["failure"]>, { answer: { location }, steps }: Walked): VNode =>
  h("div", { class: "walk-answer is-failed" }, [
    h("div", { class: "walk-words" }, [
      h("p", { class: "walk-verdict" }, [
        h("span", { class: "walk-sign" }, "Fails with"),
        h("code", { class: "walk-result", "data-answer": "" }, failure.code),
        h("span", { class: "walk-tag" }, failure._tag)
      ]),
      h("p", { class: "walk-why" }, steps.at(-1)?.sentence),
      ...(location === undefined || location.remaining === "" ?
        [] :
        [h("p", { class: "walk-facts", "data-location": "" }, [
          "The walk came as far as ",
          code(location.deepest),
          ". What remains is ",
          code(location.remaining),
          "."
        ])])
    ]),
    ...(failure._tag === "SymlinkLoop" ? [ring(failure.cycle)] : [])
  ])

export const answerCard = (walked: Walked): VNode => {
  const { failure, path } = walked.answer
  return failure === undefined ? leads(path ?? "/", walked) : fails(failure, walked)
}
