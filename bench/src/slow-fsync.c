// Adds a millisecond to every fsync of a program that loads this library before its own (LD_PRELOAD).

#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

typedef int (*Sync)(int);

static int slowly(const char *name, int file) {
  int result = ((Sync)dlsym(RTLD_NEXT, name))(file);
  const struct timespec millisecond = {0, 1000000};
  nanosleep(&millisecond, 0);
  return result;
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
