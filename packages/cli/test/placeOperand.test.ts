import { expect, it } from "vitest"
import { placeOf } from "../src/placeOperand.js"

const host = { root: "/", pid: undefined, container: undefined }
const nowhere = { root: undefined, pid: undefined, container: undefined }

it.each([
  ["web:/etc", { where: { ...nowhere, container: "web" }, path: "/etc" }],
  ["default/pod/web:/", { where: { ...nowhere, container: "default/pod/web" }, path: "/" }],
  ["pid:4711:/a:b\n", { where: { ...nowhere, pid: 4711 }, path: "/a:b\n" }],
  ["pid:/etc", { where: { ...nowhere, container: "pid" }, path: "/etc" }],
  ["pid:x:/etc", { where: host, path: `${process.cwd()}/pid:x:/etc` }],
  ["web:etc", { where: host, path: `${process.cwd()}/web:etc` }],
  ["./web:/etc", { where: host, path: `${process.cwd()}/./web:/etc` }],
  ["/web:/etc", { where: host, path: "/web:/etc" }],
  ["", { where: host, path: `${process.cwd()}/` }]
])("%j is a place", (operand, place) => {
  expect(placeOf(operand)).toEqual(place)
})
