/** The page: its state, which is stored in the address, and its parts. */
import type { Case, Suite } from "@procfsroot/testkit/case"
import { computed, defineComponent, h, onBeforeUnmount, onMounted, ref, shallowRef, watch } from "vue"
import { stateOf as caseState } from "../cases.js"
import { type Example, initial, stateOf } from "../examples.js"
import { decode, encode } from "../link.js"
import { type State, walk } from "../model.js"
import { read, write } from "../names.js"
import { readTar } from "../tar.js"
import { plant, type Planted, type Problem } from "../treeText.js"
import { answerCard } from "./answer.js"
import { ask } from "./ask.js"
import { plot } from "./plot.js"
import { stage } from "./stage.js"
import "./walk.css"
import { branches, marksOf, treeList, visitedBy } from "./tree.js"

/** The fragment is not written for every key, since browsers limit how often the address can change. */
const WRITE_AFTER = 250

/** Firefox does not accept much longer addresses. */
const LONGEST_LINK = 1_000_000

const END = Number.MAX_SAFE_INTEGER

/** A text field for a name. The text can be invalid while the user is typing. */
const fieldOf = (name: string) => {
  const text = ref(write(name))
  const wrong = ref<string>()
  return {
    text,
    wrong,
    show: (name: string) => {
      text.value = write(name)
      wrong.value = undefined
    },
    /** Returns the name in the text, if it is valid. */
    take: (input: string): string | undefined => {
      text.value = input
      const result = read(input)
      wrong.value = "why" in result ? `${result.why}.` : undefined
      return "name" in result ? result.name : undefined
    }
  }
}

interface Ground {
  readonly tree: Planted | undefined
  readonly problems: ReadonlyArray<Problem>
}

const planted = (text: string): Ground => {
  const result = plant(text)
  return "memory" in result ? { tree: result, problems: [] } : { tree: undefined, problems: result }
}

export default defineComponent({
  name: "TheWalk",
  setup() {
    const state = shallowRef<State>(initial)
    const path = fieldOf(initial.path)
    const from = fieldOf(initial.policy.from ?? "/")
    const isEdited = ref(false)
    const notice = ref("")
    const shared = ref("")
    const fragment = ref("")
    const isReady = ref(false)
    const suites = shallowRef<ReadonlyArray<Suite>>()

    /** While the text of the tree is invalid, the last valid tree is shown. */
    const trees = computed<Ground>((previous) => {
      const { problems, tree } = planted(state.value.tree)
      return { problems, tree: tree ?? previous?.tree }
    })
    const ground = computed(() => trees.value.tree ?? planted("").tree)
    const snapshot = computed(() => ground.value?.memory.snapshot() ?? {})
    const size = computed(() => Object.keys(snapshot.value).length)
    const root = computed(() => ground.value && branches(snapshot.value))
    const walked = computed(() => ground.value && walk(ground.value, state.value.path, state.value.policy))
    const visited = computed(() => visitedBy(walked.value?.steps ?? []))
    const shown = computed(() => Math.max(0, Math.min(state.value.step, (walked.value?.steps.length ?? 1) - 1)))

    const change = (changes: Partial<State>): void => {
      state.value = { ...state.value, step: END, ...changes }
      shared.value = ""
    }
    const show = (next: State): void => {
      state.value = next
      path.show(next.path)
      from.show(next.policy.from ?? "/")
      shared.value = ""
    }

    const open = async (): Promise<void> => {
      const asked = location.hash.slice(1)
      if (asked === fragment.value) return
      const found = await decode(asked)
      // Another link could have been opened while this one was decoded.
      if (found === undefined || asked !== location.hash.slice(1)) return
      show(found)
      fragment.value = asked
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    /** Writes the state to the address. Returns false if the tree is too large for it. */
    const publish = async (): Promise<boolean> => {
      const current = state.value
      const next = await encode({ ...current, step: shown.value })
      if (current !== state.value) return false
      const isShort = next.length <= LONGEST_LINK
      fragment.value = isShort ? next : ""
      history.replaceState(history.state, "", isShort ? `#${next}` : location.pathname)
      return isShort
    }
    watch(state, () => {
      clearTimeout(timer)
      timer = setTimeout(() => void publish(), WRITE_AFTER)
    })
    onMounted(() => {
      void open().finally(() => {
        isReady.value = true
      })
      addEventListener("hashchange", open)
    })
    onBeforeUnmount(() => {
      clearTimeout(timer)
      removeEventListener("hashchange", open)
    })

    const copy = async (): Promise<void> => {
      clearTimeout(timer)
      if (!await publish()) {
        shared.value = "This tree is too large for a link."
        return
      }
      try {
        await navigator.clipboard.writeText(location.href)
        shared.value = "The link is copied. It carries the tree, the path, the policy and the step."
      } catch {
        shared.value = "The link is in the address bar: this browser does not let a page copy it."
      }
    }
    const openTar = async (file: File): Promise<void> => {
      notice.value = `Reading ${file.name} …`
      try {
        const { skipped, tree } = await readTar(file)
        change({ tree })
        isEdited.value = false
        notice.value = `${file.name}: ${tree.split("\n").length} entries${skipped > 0 ? `, ${skipped} skipped` : ""}.`
      } catch (error) {
        notice.value = `${file.name} cannot be read: ${error instanceof Error ? error.message : String(error)}.`
      }
    }
    const loadTable = async (): Promise<void> => {
      if (suites.value === undefined) suites.value = (await import("../table.js")).suites
    }

    return () => {
      const { policy, tree } = state.value
      const result = walked.value
      const step = result?.steps[shown.value]
      if (result === undefined || step === undefined || root.value === undefined) return undefined
      const top = root.value
      return h(
        "div",
        { class: "walk", "data-fragment": fragment.value, "data-ready": isReady.value ? "" : undefined },
        [
          h("div", { class: "walk-header" }, [
            h("div", [
              h("h1", "The Walk"),
              h(
                "p",
                { class: "walk-lead" },
                "How a path leads to a file inside a root, one component at a time, as Linux does it after chroot."
              )
            ]),
            h("div", { class: "walk-share" }, [
              h("button", { type: "button", class: "walk-chip is-strong", onClick: () => void copy() }, "Copy link"),
              h("p", { class: "walk-hint", role: "status" }, shared.value)
            ])
          ]),
          ask({
            path: path.text.value,
            from: from.text.value,
            policy,
            wrong: { path: path.wrong.value, from: from.wrong.value },
            onPath: (text) => {
              const name = path.take(text)
              if (name !== undefined) change({ path: name })
            },
            onFrom: (text) => {
              const name = from.take(text)
              if (name === undefined) return
              if (name === "" || name.includes("\0")) {
                from.wrong.value = "It must be a path that is not empty and without NUL."
              } else change({ policy: { ...policy, from: name } })
            },
            onPolicy: (policy) => change({ policy }),
            onExample: (example: Example) => show(stateOf(example))
          }),
          answerCard(result),
          h("div", { class: "walk-columns" }, [
            stage(result, shown.value, (step) => change({ step })),
            plot({
              text: tree,
              isEdited: isEdited.value,
              problems: trees.value.problems,
              notice: notice.value,
              suites: suites.value,
              tree: () => treeList(top, size.value, marksOf(step, result.answer), visited.value),
              onEdit: (edited) => {
                isEdited.value = edited
              },
              onText: (text) => change({ tree: text }),
              onFile: (file) => void openTar(file),
              onTable: () => void loadTable(),
              onCase: (suite: Suite, testCase: Case) => show({ ...caseState(suite, testCase), step: END })
            })
          ])
        ]
      )
    }
  }
})
