/** Compares system calls of several users by the kernel with those by a file system in memory, for tables of cases. */
export { stateOf } from "./posix/kernel.js"
export { byUser, special } from "./posix/model.js"
export type { Call, State, Step, Subject, User } from "./posix/model.js"
export { plainly, type Services } from "./posix/plain.js"
export { posix } from "./posix/suite.js"
