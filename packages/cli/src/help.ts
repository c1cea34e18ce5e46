/** What `--help` prints: one page, since the commands share their options. */
export const help = `procfsroot - resolve paths inside a root directory, as the kernel does after chroot

  procfsroot resolve (--root DIR | --pid PID) [OPTION]... (PATH... | --stdin [-z])
  procfsroot explain (--root DIR | --pid PID) [OPTION]... PATH

resolve prints where each path leads inside the root, one line per path, in order.
explain shows every link that a path follows, and where it leads without a root.

The root
  --root DIR        the directory that plays /
  --pid PID         the root of a process, as /proc/PID/root shows it

How paths are resolved
  --keep-last       a link at the end of the path is kept, not followed
  --containment C   what happens to a .. at the root:
                      clamp    it stays there, as in the kernel (the default)
                      reject   it is an error
                      beneath  absolute paths and links are errors as well
  --missing M       what may be missing: nothing (error, the default), the last
                    name (last), any tail (tail)
  --max-symlinks N  how many links a path may follow: 255; the kernel allows 40
  --no-symlinks     any link on the way is an error

What is read and printed
  --host            print the path to open from the host, not the one in the root
  --json            print one JSON object per line: path, and resolved or error
  --stdin           read the paths from standard input, one per line; an empty
                    line is a path too (not found, as in the kernel); a name is
                    looked up once, however many paths share it
  -z                with --stdin: paths and results end in NUL, not newline
  --                what follows are paths, even if they begin with a dash
  --help, --version

A path that fails is reported by one sentence on standard error (an object with
"error" for --json), and the others are still resolved. Names are bytes and are
printed unchanged. On a terminal, control and invisible characters are escaped as
in JSON, in double quotes; so is a name with a newline anywhere, unless -z
separates the results. Errors and --json always escape such characters.

Exit status: 0, 1 if any path failed or the root cannot be used, 2 for wrong usage.
`
