// Runs Go's procfsroot with the same protocol as floor.c: reads a line with a number and that many paths, one per
// line, and prints a line with the cost (CPU time and elapsed time, in nanoseconds), then one line per path: a
// path or a negated errno.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/thediveo/procfsroot"
)

func used() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func answer(path, root string) string {
	resolved, err := procfsroot.EvalSymlinks(path, root, procfsroot.EvalFullPath)
	if err == nil {
		return resolved
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return fmt.Sprintf("-%d", errno)
	}
	return "-" + err.Error()
}

func main() {
	input := bufio.NewReader(os.Stdin)
	output := bufio.NewWriter(os.Stdout)
	line := func() string {
		text, err := input.ReadString('\n')
		if err != nil {
			os.Exit(0)
		}
		return strings.TrimSuffix(text, "\n")
	}
	for {
		count, err := strconv.Atoi(line())
		if err != nil {
			os.Exit(2)
		}
		paths := make([]string, count)
		for i := range paths {
			paths[i] = line()
		}
		answers := make([]string, count)
		cpu, start := used(), time.Now()
		for i, path := range paths {
			answers[i] = answer(path, os.Args[1])
		}
		fmt.Fprintf(output, "%d %d\n", used()-cpu, time.Since(start).Nanoseconds())
		for _, text := range answers {
			fmt.Fprintln(output, text)
		}
		output.Flush()
	}
}
