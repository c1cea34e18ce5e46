/** Restricts this thread by a filter of system calls (`seccomp(2)`), as a sandbox does. It cannot be undone. */
import { koffi } from "./native.js"

const PR_SET_NO_NEW_PRIVS = 38
const PR_SET_SECCOMP = 22
const SECCOMP_MODE_FILTER = 2

/** `SECCOMP_RET_*` in `include/uapi/linux/seccomp.h`. */
const ALLOW = 0x7fff_0000
const FAIL = 0x0005_0000

/** Instructions of `include/uapi/linux/bpf_common.h`. */
const LOAD = 0x20
const IF_EQUAL = 0x15
const RETURN = 0x06

/** The size of an instruction, and of the filter: its length and its address. */
const INSTRUCTION = 8
const FILTER = 16

/**
 * Lets the system calls with these numbers fail with an errno, also in processes and threads that are started later. A
 * filter is a list of instructions (`bpf(2)`): an operation, how many to skip if it is true and if it is not, and an
 * operand.
 */
export const refuse = (numbers: ReadonlyArray<number>, errno: number): void => {
  const { address, load } = koffi()
  const list: ReadonlyArray<readonly [code: number, yes: number, no: number, operand: number]> = [
    [LOAD, 0, 0, 0],
    ...numbers.flatMap((number) => [[IF_EQUAL, 0, 1, number], [RETURN, 0, 0, FAIL | errno]] as const),
    [RETURN, 0, 0, ALLOW]
  ]
  const instructions = Buffer.alloc(INSTRUCTION * list.length)
  for (const [i, [code, yes, no, operand]] of list.entries()) {
    instructions.writeUInt16LE(code, INSTRUCTION * i)
    instructions.set([yes, no], INSTRUCTION * i + 2)
    instructions.writeUInt32LE(operand, INSTRUCTION * i + 4)
  }
  const filter = Buffer.alloc(FILTER)
  filter.writeUInt16LE(list.length)
  filter.writeBigUInt64LE(BigInt(address(instructions)), FILTER / 2)
  const prctl = load(null).func("int prctl(int option, ulong value, void *filter, ulong, ulong)")
  const isSet = prctl(PR_SET_NO_NEW_PRIVS, 1, null, 0, 0) === 0 &&
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0, 0) === 0
  if (!isSet) throw new Error("seccomp cannot be used")
}
