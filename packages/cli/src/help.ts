/** What `--help` prints: one page, since the commands share their options. */
export const help = `procfsroot - resolve paths inside a root directory, as the kernel does after chroot

  procfsroot resolve (--root DIR | --pid PID) [OPTION]... (PATH... | --stdin [-z])
  procfsroot explain (--root DIR | --pid PID) [OPTION]... PATH

resolve prints where each path leads inside the root, one line a path, in order.
explain shows the way of one path, link by link, and where it leads without a root.

The root
  --root DIR        the directory that plays /
  --pid PID         the root of a process, as /proc/PID/root shows it

How paths are resolved
  --keep-last       a link at the end of the path is the answer, not followed
  --containment C   what happens to a .. at the root:
                      clamp    it stays there, as the kernel has it (the default)
                      reject   it is an error
                      beneath  so is all that is absolute, paths and links
  --missing M       what may be missing: nothing (error, the default), the last
                    name (last), any tail (tail)
  --max-symlinks N  how many links a path may follow: 255; the kernel allows 40
  --no-symlinks     any link on the way is an error

What is read and printed
  --host            print the path to open from here, not the one in the root
  --json            print one JSON object a line: path, and resolved or error
  --stdin           read the paths from the standard input, one a line; an empty
                    line is a path too (and not found, as for the kernel); a name
                    is looked up once, however many paths share it
  -z                with --stdin: paths and answers end in NUL, not newline
  --                all that follows are paths, even if they begin with a dash
  --help, --version

A path that fails is one sentence on the standard error (an object with "error"
for --json), and the rest goes on. Names are bytes and are printed as they are; on
a terminal, control and hidden characters are shown as in JSON, in double quotes,
and so is anywhere a name with a newline in it, unless -z separates the answers.
Errors and --json have no such characters wherever they are written.

Exit status: 0, 1 if any path failed or the root cannot be used, 2 for wrong usage.
`
