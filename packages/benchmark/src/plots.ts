/**
 * Draws tables as plots, with ECharts and without a browser. Every value has a line from its
 * lower to its upper quartile.
 */
import * as echarts from "echarts"
import { columnsOf, figure, ratiosOf, roundsOf, type Spread, spreadOf, type Table } from "./tables.js"

const INK = "#1f2328"
const QUIET = "#59636e"
const GRID = "#d1d9e0"
const SERIES = ["#0d7d6c", "#d17a1c", "#4269d0", "#b6436a", "#7d6bd6", "#8a6d3b", "#5a9e2f", "#1794b8"]
/** The colours of text and lines on a dark page. */
const DARK: Readonly<Record<string, string>> = { [INK]: "#f0f6fc", [QUIET]: "#9198a1", [GRID]: "#3d444d" }

/** The style for a dark page, which is needed once per page. */
export const darkStyle = `@media (prefers-color-scheme: dark) {\n${
  Object.entries(DARK).map(([light, dark]) =>
    `  svg [fill="${light}"] { fill: ${dark} }\n  svg [stroke="${light}"] { stroke: ${dark} }`
  ).join("\n")
}\n}`

/**
 * Without a browser to measure text, ECharts would guess widths that are too small for some fonts,
 * and names would overlap.
 */
echarts.setPlatformAPI({ measureText: (text) => ({ width: 7 * text.length }) })

const WIDTH = 900
const LINE = 18

interface Series {
  readonly name: string
  /** Each value with its position on the axis, which is a category or a number. */
  readonly points: ReadonlyArray<readonly [at: string | number, Spread]>
}

const draw = (option: echarts.EChartsOption, height: number): string => {
  const chart = echarts.init(undefined, undefined, { renderer: "svg", ssr: true, width: WIDTH, height })
  chart.setOption({
    animation: false,
    color: SERIES,
    textStyle: { color: INK, fontFamily: "system-ui, sans-serif", fontSize: 12 },
    ...option
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

const colourOf = (i: number): string => SERIES[i % SERIES.length] ?? INK

/** The line from the lower to the upper quartile of each value. */
const whiskers = (
  { points }: Series,
  colour: string,
  isAcross: boolean,
  shift: number
): echarts.CustomSeriesOption => ({
  type: "custom",
  data: points.map(([at, { high, low }]) => isAcross ? [low, at, high] : [at, low, high]),
  encode: isAcross ? { x: [0, 2], y: 1 } : { x: 0, y: [1, 2] },
  silent: true,
  renderItem: (_params, api) => {
    const ends = isAcross
      ? [api.coord([api.value(0), api.value(1)]), api.coord([api.value(2), api.value(1)])]
      : [api.coord([api.value(0), api.value(1)]), api.coord([api.value(0), api.value(2)])]
    const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = ends
    return {
      type: "line",
      shape: { x1, y1: y1 + shift, x2, y2: y2 + shift },
      style: { stroke: colour, lineWidth: 3, opacity: 0.5 }
    }
  }
})

const legend = (names: ReadonlyArray<string>): echarts.LegendComponentOption => ({
  data: [...names],
  top: 0,
  left: 0,
  textStyle: { color: INK },
  itemWidth: 14
})

const logarithmic = (name: string) => ({
  type: "log" as const,
  name,
  nameLocation: "middle" as const,
  nameTextStyle: { color: QUIET },
  nameGap: 28,
  axisLabel: { color: QUIET, formatter: (value: number) => String(Number(value.toPrecision(3))) },
  axisLine: { lineStyle: { color: QUIET } },
  splitLine: { lineStyle: { color: GRID } }
})

/** The height of the legend, whose names can need several lines. */
const legendHeight = (names: ReadonlyArray<string>): number =>
  10 + LINE * 1.4 * Math.ceil(names.reduce((sum, name) => sum + 40 + 7 * name.length, 0) / WIDTH)

/** Lines over a scale. Both axes are logarithmic, so that linear growth is a straight line. */
const growth = (scale: string, unit: string, series: ReadonlyArray<Series>): string => {
  const names = series.map(({ name }) => name)
  const positive = series.map(({ name, points }) => ({
    name,
    points: points.filter(([at, { low }]) => Number(at) > 0 && low > 0)
  }))
  const top = legendHeight(names)
  return draw({
    legend: legend(names),
    grid: { left: 70, right: 30, top: top + 10, bottom: 50 },
    xAxis: logarithmic(scale),
    yAxis: { ...logarithmic(unit), nameGap: 48 },
    series: positive.flatMap((one, i) => [
      {
        type: "line" as const,
        name: one.name,
        data: one.points.map(([at, { median }]) => [at, median]),
        symbolSize: 6,
        itemStyle: { color: colourOf(i) },
        lineStyle: { color: colourOf(i) }
      },
      whiskers(one, colourOf(i), false, 0)
    ])
  }, top + 320)
}

/** Dots on a logarithmic scale, with one row per category. */
const dots = (unit: string, categories: ReadonlyArray<string>, series: ReadonlyArray<Series>): string => {
  const names = series.map(({ name }) => name)
  const top = legendHeight(names)
  const gap = 9
  const band = Math.max(26, gap * (names.length + 1))
  return draw({
    legend: legend(names),
    grid: { left: 270, right: 60, top, bottom: 50 },
    xAxis: logarithmic(unit),
    yAxis: {
      type: "category",
      data: [...categories],
      inverse: true,
      axisLabel: { color: INK, width: 250, overflow: "break" },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: GRID } }
    },
    series: series.flatMap((one, i) => {
      const shift = (i - (names.length - 1) / 2) * gap
      return [
        {
          type: "scatter" as const,
          name: one.name,
          data: one.points.map(([at, { median }]) => [median, at]),
          symbolSize: 7,
          symbolOffset: [0, shift],
          itemStyle: { color: colourOf(i) },
          label: {
            show: true,
            position: "right" as const,
            fontSize: 9,
            color: QUIET,
            formatter: ({ value }: { readonly value?: unknown }) => Array.isArray(value) ? figure(Number(value[0])) : ""
          }
        },
        whiskers(one, colourOf(i), true, shift)
      ]
    })
  }, top + 50 + band * categories.length)
}

const hasValue = ({ median }: Spread): boolean => median > 0

/** The plot of a table as SVG. It shows growth if the table has a scale, and ratios if it has a base. */
export const plotOf = (table: Table): string => {
  const { base, rows, scale, unit } = table
  const columns = columnsOf(table)
  const names = rows.map(({ name }) => name)
  if (scale !== undefined) {
    const series = names.map((name) => ({
      name,
      points: columns.map((column) => [Number(column), spreadOf(roundsOf(table, name, column))] as const)
        .filter(([, spread]) => hasValue(spread))
    }))
    return growth(scale, unit, series)
  }
  const spread = (name: string, column: string): Spread => {
    const rounds = roundsOf(table, name, column)
    return spreadOf(base === undefined ? rounds : ratiosOf(rounds, roundsOf(table, base, column)))
  }
  const others = names.filter((name) => name !== base)
  const areRowsMany = others.length > columns.length
  const [categories, series] = areRowsMany ? [others, columns] : [columns, others]
  return dots(
    base === undefined ? unit : `÷ ${base}`,
    categories,
    series.map((name) => ({
      name,
      points: categories.map((at) => [at, areRowsMany ? spread(at, name) : spread(name, at)] as const)
        .filter(([, spread]) => hasValue(spread))
    }))
  )
}
