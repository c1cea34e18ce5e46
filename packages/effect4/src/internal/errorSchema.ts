/** Makes the schemas of the errors. What they encode is plain data, which the constructors of the classes take. */
import * as Paths from "@procfsroot/path/RootedPath"
import { withoutStack } from "@procfsroot/vfs/ResolveFailure"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as Errors from "../ResolveError.js"
import * as ProcessErrors from "../WormholeError.js"

const schemaOf = <E extends Fields, Fields, I>(
  Class: new(fields: Fields) => E,
  fields: Schema.Codec<Fields, I>,
  make: (fields: Fields) => E
) =>
  fields.pipe(Schema.decodeTo(Schema.instanceOf(Class), {
    decode: SchemaGetter.transform(make),
    encode: SchemaGetter.transform((error: E): Fields => error)
  }))

/** Leaves out the stack, as `fromFailure` does: it would show where the error was decoded. */
const schemaWithoutStack = <E extends Fields, Fields, I>(
  Class: new(fields: Fields) => E,
  fields: Schema.Codec<Fields, I>,
  make: (fields: Fields) => E
) => schemaOf(Class, fields, (decoded) => withoutStack(() => make(decoded)))

const FORM = "an absolute path without \".\", \"..\", NUL, empty names and a slash at its end"

/** @internal */
export const RootedPath: Schema.Codec<Paths.RootedPath, string> = Schema.String.pipe(
  Schema.refine(Paths.isRootedPath, { identifier: "RootedPath", expected: FORM })
)

const details = { root: Schema.String, path: Schema.String, at: RootedPath }

const optionalCause = Schema.optionalKey(Schema.Defect())

/** @internal */
export const PathNotFound = schemaOf(
  Errors.PathNotFound,
  Schema.TaggedStruct("PathNotFound", { code: Schema.Literal("ENOENT"), ...details }),
  Errors.fromFailure
)

/** @internal */
export const NotADirectory = schemaOf(
  Errors.NotADirectory,
  Schema.TaggedStruct("NotADirectory", { code: Schema.Literal("ENOTDIR"), ...details }),
  Errors.fromFailure
)

/** @internal */
export const SymlinkLoop = schemaOf(
  Errors.SymlinkLoop,
  Schema.TaggedStruct("SymlinkLoop", { code: Schema.Literal("ELOOP"), ...details, cycle: Schema.Array(RootedPath) }),
  Errors.fromFailure
)

/** @internal */
export const TooManySymlinks = schemaOf(
  Errors.TooManySymlinks,
  Schema.TaggedStruct("TooManySymlinks", { code: Schema.Literal("ELOOP"), ...details, limit: Schema.Finite }),
  Errors.fromFailure
)

/** @internal */
export const SymlinkForbidden = schemaOf(
  Errors.SymlinkForbidden,
  Schema.TaggedStruct("SymlinkForbidden", {
    code: Schema.Literal("ELOOP"),
    ...details,
    by: Schema.Literals(["policy", "mount"])
  }),
  Errors.fromFailure
)

/** @internal */
export const EscapesRoot = schemaOf(
  Errors.EscapesRoot,
  Schema.TaggedStruct("EscapesRoot", {
    code: Schema.Literal("EXDEV"),
    ...details,
    via: Schema.optionalKey(RootedPath)
  }),
  Errors.fromFailure
)

/** @internal */
export const CrossesMount = schemaOf(
  Errors.CrossesMount,
  Schema.TaggedStruct("CrossesMount", { code: Schema.Literal("EXDEV"), ...details, known: Schema.Boolean }),
  Errors.fromFailure
)

/** @internal */
export const MagicLink = schemaOf(
  Errors.MagicLink,
  Schema.TaggedStruct("MagicLink", { code: Schema.Literal("EXDEV"), ...details, target: Schema.String }),
  Errors.fromFailure
)

/** @internal */
export const AccessDenied = schemaOf(
  Errors.AccessDenied,
  Schema.TaggedStruct("AccessDenied", { code: Schema.Literals(["EACCES", "EPERM"]), ...details, cause: optionalCause }),
  Errors.fromFailure
)

/** @internal */
export const NameTooLong = schemaOf(
  Errors.NameTooLong,
  Schema.TaggedStruct("NameTooLong", { code: Schema.Literal("ENAMETOOLONG"), ...details, cause: optionalCause }),
  Errors.fromFailure
)

/** @internal */
export const InvalidPath = schemaOf(
  Errors.InvalidPath,
  Schema.TaggedStruct("InvalidPath", { code: Schema.Literals(["EINVAL", "EILSEQ"]), ...details }),
  Errors.fromFailure
)

/** @internal */
export const RootClosed = schemaOf(
  Errors.RootClosed,
  Schema.TaggedStruct("RootClosed", { code: Schema.Literal("EBADF"), ...details }),
  Errors.fromFailure
)

/** @internal */
export const LookupFailed = schemaOf(
  Errors.LookupFailed,
  Schema.TaggedStruct("LookupFailed", { code: Schema.String, ...details, cause: Schema.Defect() }),
  Errors.fromFailure
)

/** @internal */
export const ProcessNotFound = schemaWithoutStack(
  ProcessErrors.ProcessNotFound,
  Schema.TaggedStruct("ProcessNotFound", { code: Schema.Literal("ESRCH"), pid: Schema.Finite }),
  ({ pid }) => new ProcessErrors.ProcessNotFound({ pid })
)

/** @internal */
export const ProcessIsZombie = schemaWithoutStack(
  ProcessErrors.ProcessIsZombie,
  Schema.TaggedStruct("ProcessIsZombie", { code: Schema.Literal("ESRCH"), pid: Schema.Finite }),
  ({ pid }) => new ProcessErrors.ProcessIsZombie({ pid })
)

/** @internal */
export const ProcessNotPermitted = schemaWithoutStack(
  ProcessErrors.ProcessNotPermitted,
  Schema.TaggedStruct("ProcessNotPermitted", { code: Schema.Literals(["EACCES", "EPERM"]), pid: Schema.Finite }),
  ({ code, pid }) => new ProcessErrors.ProcessNotPermitted({ pid, code })
)

/** @internal */
export const RootUnavailable = schemaWithoutStack(
  Errors.RootUnavailable,
  Schema.TaggedStruct("RootUnavailable", {
    root: Schema.String,
    code: Schema.String,
    reason: Schema.optionalKey(Schema.String),
    cause: optionalCause
  }),
  (decoded) => {
    const { _tag: _, ...fields } = decoded
    return new Errors.RootUnavailable(fields)
  }
)

/** @internal */
export const ResolveError = Schema.Union([
  PathNotFound,
  NotADirectory,
  SymlinkLoop,
  TooManySymlinks,
  SymlinkForbidden,
  EscapesRoot,
  CrossesMount,
  MagicLink,
  AccessDenied,
  NameTooLong,
  InvalidPath,
  RootClosed,
  LookupFailed
])

/** @internal */
export const WormholeError = Schema.Union([ProcessNotFound, ProcessIsZombie, ProcessNotPermitted, RootUnavailable])
