import { expect, it } from "vitest"
import { WrongUsage } from "../src/failure.js"
import { placeOf } from "../src/placeOperand.js"

const host = { root: "/", pid: undefined, container: undefined }
const nowhere = { root: undefined, pid: undefined, container: undefined }

it.each([
  ["web:/etc", { where: { ...nowhere, container: "web" }, path: "/etc" }],
  ["default/pod/web:/", { where: { ...nowhere, container: "default/pod/web" }, path: "/" }],
  ["pid:4711:/a:b\n", { where: { ...nowhere, pid: 4711 }, path: "/a:b\n" }],
  ["pid:/etc", { where: { ...nowhere, container: "pid" }, path: "/etc" }],
  ["./web:/etc", { where: host, path: `${process.cwd()}/./web:/etc` }],
  ["./web:etc", { where: host, path: `${process.cwd()}/./web:etc` }],
  ["./:/etc", { where: host, path: `${process.cwd()}/./:/etc` }],
  ["/web:/etc", { where: host, path: "/web:/etc" }],
  [".", { where: host, path: `${process.cwd()}/.` }],
  ["", { where: host, path: "" }]
])("%j is a place", (operand, place) => {
  expect(placeOf(operand)).toEqual(place)
})

it.each([
  "web:",
  "web:etc",
  "pid:4711:",
  "pid:4711:etc",
  "pid:x:/etc",
  "pid:0:/etc",
  "logs/12:00",
  ":",
  ":/etc",
  "::/etc"
])(
  "%j is not a place",
  (operand) => {
    expect(() => placeOf(operand)).toThrow(WrongUsage)
    expect(() => placeOf(operand)).toThrow(
      `The operand "${operand}" is neither NAME:/PATH nor pid:PID:/PATH; if it is a host path, write ./ before it.`
    )
  }
)
