/*
 * The minimum cost of an answer without Node: openat2, readlink of the descriptor, close.
 * Reads requests: a line with a number, then that many paths, one per line. Answers each request with a
 * line with its cost (CPU time and elapsed time, in nanoseconds), and one line per path: the path, or a
 * negated errno. `floor ROOT last` also answers a path whose last name is missing, as `--missing last` does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LONGEST 4096

static int root, descriptors, is_last_allowed;
static struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT};

static ssize_t path_of(int fd, char *text) {
  char name[16];
  snprintf(name, sizeof name, "%d", fd);
  return readlinkat(descriptors, name, text, LONGEST);
}

static long long now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static char *line(void) {
  char *text = NULL;
  size_t room = 0;
  ssize_t length = getline(&text, &room, stdin);
  if (length <= 0) exit(0);
  text[length - 1] = '\0';
  return text;
}

static int open_at(const char *path) {
  int fd;
  /* A rename anywhere on the machine can make the kernel give up with EAGAIN. */
  while ((fd = syscall(SYS_openat2, root, path, &how, sizeof how)) < 0 && errno == EAGAIN) continue;
  return fd;
}

static char *failure(void) {
  char text[16];
  snprintf(text, sizeof text, "-%d", errno);
  return strdup(text);
}

/* Where a missing last name would be. Dangling links are not followed, since no list has any. */
static char *answer_missing(const char *path, size_t prefix) {
  char text[2 * LONGEST];
  struct stat found;
  const char *name = strrchr(path, '/') + 1;
  snprintf(text, sizeof text, "%.*s", (int)(name - path), path);
  int fd = open_at(text);
  if (fd < 0) return failure();
  if (fstatat(fd, name, &found, AT_SYMLINK_NOFOLLOW) == 0) errno = EEXIST;
  if (errno != ENOENT) return failure();
  ssize_t length = path_of(fd, text);
  close(fd);
  snprintf(text + length, LONGEST, "/%s", name);
  return strdup(text + prefix);
}

static char *answer(const char *path, size_t prefix) {
  char text[LONGEST];
  int fd = open_at(path);
  if (fd < 0) return is_last_allowed && errno == ENOENT ? answer_missing(path, prefix) : failure();
  ssize_t length = path_of(fd, text);
  close(fd);
  return (size_t)length == prefix ? strdup("/") : strndup(text + prefix, length - prefix);
}

int main(int count, char **arguments) {
  char text[LONGEST];
  if (count != 2 && count != 3) return 2;
  is_last_allowed = count == 3;
  root = open(arguments[1], O_PATH | O_DIRECTORY);
  descriptors = open("/proc/self/fd", O_PATH | O_DIRECTORY);
  ssize_t prefix = path_of(root, text);
  if (root < 0 || prefix < 0) return 1;
  for (;;) {
    char *number = line();
    long paths = atol(number);
    free(number);
    char **asked = calloc(paths, sizeof *asked), **answers = calloc(paths, sizeof *answers);
    for (long i = 0; i < paths; i++) asked[i] = line();
    long long cpu = now(CLOCK_PROCESS_CPUTIME_ID), clock = now(CLOCK_MONOTONIC);
    for (long i = 0; i < paths; i++) answers[i] = answer(asked[i], prefix);
    cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    clock = now(CLOCK_MONOTONIC) - clock;
    printf("%lld %lld\n", cpu, clock);
    for (long i = 0; i < paths; i++) {
      puts(answers[i]);
      free(answers[i]);
      free(asked[i]);
    }
    free(asked);
    free(answers);
    fflush(stdout);
  }
}
