/** Shows the tree, which can be edited as text, read from an archive, or taken from a case of the table. */
import type { Case, Suite } from "@procfsroot/testkit/case"
import { h, type VNode } from "vue"
import type { Problem } from "../treeText.js"

/** How many problems are listed: as many as a user fixes before checking again. */
const MOST_PROBLEMS = 5

export interface Plot {
  readonly text: string
  readonly isEdited: boolean
  readonly problems: ReadonlyArray<Problem>
  /** The result of reading an archive. */
  readonly notice: string
  /** `undefined` until the table is loaded. */
  readonly suites: ReadonlyArray<Suite> | undefined
  readonly tree: () => VNode
  readonly onEdit: (isEdited: boolean) => void
  readonly onText: (text: string) => void
  readonly onFile: (file: File) => void
  readonly onTable: () => void
  readonly onCase: (suite: Suite, testCase: Case) => void
}

const editor = ({ onText, problems, text }: Plot): VNode =>
  h("div", [
    h("label", { class: "walk-only-read", for: "walk-text" }, "Tree, one entry per line"),
    h("textarea", {
      id: "walk-text",
      class: "walk-field walk-editor",
      value: text,
      rows: Math.min(Math.max(text.split("\n").length + 1, 10), 24),
      spellcheck: false,
      autocapitalize: "off",
      "aria-invalid": problems.length > 0,
      "aria-describedby": "walk-text-hint",
      onInput: (event: Event) => onText((event.target as HTMLTextAreaElement).value) // a listener of this field
    }),
    h("p", { id: "walk-text-hint", class: "walk-hint" }, [
      "One entry per line: ",
      ...["/dir/", "/file", "/link -> target", "/fifo|", "/socket=", "/dir/ (mount)"].flatMap((
        example
      ) => [h("code", example), " "])
    ])
  ])

const problemList = (problems: ReadonlyArray<Problem>): VNode =>
  h("div", { class: "walk-problems", role: "alert" }, [
    h(
      "ul",
      problems.slice(0, MOST_PROBLEMS).map(({ line, message }) =>
        h("li", { key: `${line}` }, line === undefined ? message : `Line ${line}: ${message}`)
      )
    )
  ])

const cases = ({ onCase, onTable, suites }: Plot): VNode =>
  h("details", { class: "walk-cases", onToggle: onTable }, [
    h("summary", "Cases of the conformance table"),
    suites === undefined ? h("p", { class: "walk-none" }, "Loading …") : h("select", {
      class: "walk-field",
      "aria-label": "Case",
      onChange: (event: Event) => {
        // The target is this list, since this is its listener.
        const [suite = -1, testCase = -1] = (event.target as HTMLSelectElement).value.split(" ").map(Number)
        const [inSuite, chosen] = [suites[suite], suites[suite]?.cases[testCase]]
        if (inSuite !== undefined && chosen !== undefined) onCase(inSuite, chosen)
      }
    }, [
      h("option", { value: "" }, "Choose a case"),
      ...suites.map(({ cases, name }, i) =>
        h(
          "optgroup",
          { label: name, key: name },
          cases.map(({ id, path }, j) =>
            h("option", { value: `${i} ${j}`, key: id }, `${id}: ${path.length > 60 ? `${path.slice(0, 60)}…` : path}`)
          )
        )
      )
    ])
  ])

export const plot = (props: Plot): VNode =>
  h("section", {
    class: "walk-plot",
    "aria-labelledby": "walk-tree-title",
    onDragover: (event: DragEvent) => event.preventDefault(),
    onDrop: (event: DragEvent) => {
      const file = event.dataTransfer?.files[0]
      if (file === undefined) return
      event.preventDefault()
      props.onFile(file)
    }
  }, [
    h("div", { class: "walk-head" }, [
      h("h2", { id: "walk-tree-title", class: "walk-heading" }, "Tree"),
      h("button", {
        type: "button",
        class: "walk-chip",
        "aria-pressed": props.isEdited,
        onClick: () => props.onEdit(!props.isEdited)
      }, "Edit as text"),
      h("label", { class: "walk-chip walk-file" }, [
        "Open a tar",
        h("input", {
          type: "file",
          class: "walk-only-read",
          accept: ".tar,.tgz,.gz,application/x-tar,application/gzip",
          onChange: (event: Event) => {
            const input = event.target as HTMLInputElement // a listener of this input
            const [file] = input.files ?? []
            if (file !== undefined) props.onFile(file)
            input.value = ""
          }
        })
      ])
    ]),
    h("p", { class: "walk-hint", role: "status" }, props.notice),
    ...(props.problems.length > 0 ? [problemList(props.problems)] : []),
    props.isEdited ? editor(props) : props.tree(),
    cases(props)
  ])
