/** Shows the fields for the path and the policy, and the examples. */
import { Policy } from "@procfsroot/path"
import { h, type VNode } from "vue"
import { type Example, examples } from "../examples.js"
import { choices } from "../link.js"
import { write } from "../names.js"

export interface Asking {
  /** The text in the field. */
  readonly path: string
  readonly policy: Policy.Options
  /** The problems with the text in the fields for the path and for `from`. */
  readonly wrong: { readonly path: string | undefined; readonly from: string | undefined }
  readonly from: string
  readonly onPath: (text: string) => void
  readonly onFrom: (text: string) => void
  readonly onPolicy: (policy: Policy.Options) => void
  readonly onExample: (example: Example) => void
}

const valueOf = (event: Event): string => (event.target as HTMLInputElement).value // only used in listeners of inputs

const field = (id: string, value: string, wrong: string | undefined, onInput: (text: string) => void): VNode =>
  h("input", {
    id,
    class: "walk-field",
    value,
    spellcheck: false,
    autocapitalize: "off",
    autocomplete: "off",
    "aria-invalid": wrong !== undefined,
    "aria-describedby": `${id}-hint`,
    onInput: (event: Event) => onInput(valueOf(event))
  })

type Choice = "containment" | "lastComponent" | "missing" | "symlinks" | "mounts"

const labels: ReadonlyArray<readonly [Choice, title: string, words: Readonly<Record<string, string>>]> = [
  ["containment", "The edge of the root", {
    clamp: ".. stays at the root",
    reject: ".. above the root fails",
    beneath: "absolute paths and links fail too"
  }],
  ["lastComponent", "A link at the end", {
    follow: "is followed",
    keep: "is the result",
    unchecked: "is not looked at"
  }],
  ["missing", "Names that do not exist", {
    error: "none may be missing",
    last: "the last may be missing",
    tail: "any tail may be missing"
  }],
  ["symlinks", "Links", { follow: "are followed", forbid: "are forbidden" }],
  ["mounts", "Mounts", { cross: "may be entered", forbid: "are forbidden" }]
]

const radios = ({ onPolicy, policy }: Asking): ReadonlyArray<VNode> =>
  labels.map(([option, title, words]) =>
    h("fieldset", { class: "walk-choice", key: option }, [
      h("legend", [title, " ", h("code", option)]),
      ...choices[option].map((value) =>
        h("label", [
          h("input", {
            type: "radio",
            name: `walk-${option}`,
            value,
            checked: (policy[option] ?? Policy.defaultPolicy[option]) === value,
            onChange: () => onPolicy({ ...policy, [option]: value })
          }),
          h("span", [h("code", value), ` ${words[value]}`])
        ])
      )
    ])
  )

const others = ({ from, onFrom, onPolicy, policy, wrong }: Asking): VNode =>
  h("div", { class: "walk-choice walk-fields" }, [
    h("label", { for: "walk-from" }, ["Relative paths start at ", h("code", "from")]),
    field("walk-from", from, wrong.from, onFrom),
    h("p", { id: "walk-from-hint", class: ["walk-hint", { "is-wrong": wrong.from !== undefined }] }, wrong.from ?? ""),
    h("label", { for: "walk-limit" }, ["Most links ", h("code", "maxSymlinks")]),
    h("input", {
      id: "walk-limit",
      class: "walk-field",
      type: "number",
      min: 0,
      step: 1,
      value: policy.maxSymlinks ?? Policy.defaultPolicy.maxSymlinks,
      onInput: (event: Event) => {
        const maxSymlinks = Number(valueOf(event))
        if (choices.maxSymlinks(maxSymlinks)) onPolicy({ ...policy, maxSymlinks })
      }
    })
  ])

/** The options that differ from the defaults, in words. */
const summary = (policy: Policy.Options): string => {
  const defaults: Readonly<Record<string, unknown>> = { ...Policy.defaultPolicy }
  const chosen = Object.entries(policy).filter(([key, value]) => defaults[key] !== value)
  return chosen.length === 0
    ? "as the kernel after chroot"
    : chosen.map(([key, value]) => `${key}: ${typeof value === "string" ? write(value) : value}`).join(", ")
}

export const ask = (asking: Asking): VNode =>
  h("section", { class: "walk-ask", "aria-label": "Question" }, [
    h("label", { class: "walk-label", for: "walk-path" }, "Path"),
    field("walk-path", asking.path, asking.wrong.path, asking.onPath),
    h("p", { id: "walk-path-hint", class: ["walk-hint", { "is-wrong": asking.wrong.path !== undefined }] }, [
      asking.wrong.path ?? "A byte that is not UTF-8 is written \\xff, a backslash \\\\."
    ]),
    h(
      "div",
      { class: "walk-examples", role: "group", "aria-label": "Examples" },
      examples.map((example) =>
        h("button", {
          type: "button",
          class: "walk-chip",
          key: example.title,
          onClick: () => asking.onExample(example)
        }, example.title)
      )
    ),
    h("details", { class: "walk-policy" }, [
      h("summary", [
        h("span", { class: "walk-label" }, "Policy"),
        h("span", { class: "walk-chosen" }, summary(asking.policy))
      ]),
      h("div", { class: "walk-choices" }, [...radios(asking), others(asking)])
    ])
  ])
