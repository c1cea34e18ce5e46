/** Shows code for each edition in tabs. The chosen edition applies to all tabs of the site, and is remembered. */
import { defineComponent, h, onMounted, ref, useId } from "vue"

const stored = "edition"

/** The title that was chosen last, on any page. */
const picked = ref<string>()

export const EditionTabs = defineComponent({
  props: { titles: { type: Array<string>, required: true } },
  setup({ titles }, { slots }) {
    const id = useId()
    onMounted(() => {
      picked.value ??= localStorage.getItem(stored) ?? undefined
    })
    const pick = (title: string): void => {
      picked.value = title
      localStorage.setItem(stored, title)
    }
    const step = (event: KeyboardEvent, from: number): void => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
      if (by === undefined) return
      const next = (from + by + titles.length) % titles.length
      pick(titles[next] ?? "")
      document.getElementById(`${id}-tab${next}`)?.focus()
    }
    return () => {
      const shown = Math.max(titles.indexOf(picked.value ?? ""), 0)
      return h("div", { class: "edition-tabs" }, [
        h(
          "div",
          { role: "tablist", "aria-label": "Edition" },
          titles.map((title, index) =>
            h("button", {
              type: "button",
              role: "tab",
              id: `${id}-tab${index}`,
              "aria-selected": index === shown,
              "aria-controls": `${id}-panel${index}`,
              tabindex: index === shown ? 0 : -1,
              onClick: () => pick(title),
              onKeydown: (event: KeyboardEvent) => step(event, index)
            }, title)
          )
        ),
        titles.map((_, index) =>
          h("div", {
            role: "tabpanel",
            id: `${id}-panel${index}`,
            "aria-labelledby": `${id}-tab${index}`,
            hidden: index !== shown
          }, slots[`tab${index}`]?.())
        )
      ])
    }
  }
})
