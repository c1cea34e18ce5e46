/** System calls of several users: every case of a table by the kernel and by a file system in memory. */
export { stateOf } from "./posix/kernel.js"
export { byUser, special } from "./posix/model.js"
export type { Call, State, Step, Subject, User } from "./posix/model.js"
export { plainly, type Services } from "./posix/plain.js"
export { posix } from "./posix/suite.js"
