/*
 * Preloaded (LD_PRELOAD) into the built terminal, under SQLite and everything else: records what is done to the files
 * of the journal's folder, in its order, and lets one call fail.
 *
 *   DISK_LOG_DIRECTORY  the folder; nothing else is looked at
 *   DISK_LOG            where the record goes, appended; without it nothing is recorded
 *   DISK_LOG_POINTS     the file in which fault-point.mjs names the moments: its lines go into the record as well, in
 *                       their place between the writes; and it gets a line for a call that failed
 *   DISK_LOG_FAIL       "CALL N ERROR once|on FILE": the N-th open, pread, pwrite, fsync, ftruncate or unlink of this file
 *                       ("*": of any) fails with EIO or ENOSPC. A write without space is a short one first, as on a disk that fills up in its midst.
 *
 * A record is a head of 64 bytes (struct head, in the byte order of the machine) and `size` bytes of data.
 *   W write (offset, data)   T truncated to offset   S file synced   C file made   U unlinked
 *   R renamed (data: the new name)   D folder synced   M moment (data)   O a process begins
 *   X a sync failed: what was to be synced may never reach the disk, although everybody can read it
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
#define NAME 40

struct head {
  char op;
  char name[NAME - 1];
  uint64_t offset;
  uint64_t size;
  char rest[8];
};
_Static_assert(sizeof(struct head) == 64, "the reader counts on 64 bytes");

enum kind { NOTHING, JOURNAL, FOLDER, POINTS };
/* dirty: written to since it was synced. */
static struct { enum kind kind; int dirty; char name[NAME]; } files[FILES];

enum call { OPEN, PREAD, PWRITE, FSYNC, FTRUNCATE, UNLINK, CALLS };
static const char *const call_names[CALLS] = {"open", "pread", "pwrite", "fsync", "ftruncate", "unlink"};
static unsigned long made[CALLS];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static const char *points;
static int record = -1;
static int failing_call = -1;
static unsigned long failing_n;
static int failing_error;
static int failing_on;
static char failing_file[NAME];
static int short_write_done;

static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) {
    fprintf(stderr, "disk-log: no %s\n", name);
    abort();
  }
  return found;
}

static void emit(char op, const char *name, uint64_t offset, const void *data, uint64_t size) {
  if (record < 0) return;
  struct head head = {.op = op, .offset = offset, .size = size};
  strncpy(head.name, name, sizeof head.name - 1);
  struct iovec parts[2] = {{&head, sizeof head}, {(void *)data, size}};
  pthread_mutex_lock(&lock);
  ssize_t written = writev(record, parts, size > 0 ? 2 : 1);
  pthread_mutex_unlock(&lock);
  if (written != (ssize_t)(sizeof head + size)) {
    fprintf(stderr, "disk-log: the record is torn\n");
    abort();
  }
}

__attribute__((constructor)) static void begin(void) {
  folder = getenv("DISK_LOG_DIRECTORY");
  points = getenv("DISK_LOG_POINTS");
  int (*real_open)(const char *, int, ...) = real("open");
  const char *log = getenv("DISK_LOG");
  if (log) {
    record = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (record < 0) abort();
    emit('O', "", 0, NULL, 0);
  }
  const char *fail = getenv("DISK_LOG_FAIL");
  if (!fail) return;
  char call[16], error[16], lasts[8];
  if (sscanf(fail, "%15s %lu %15s %7s %39s", call, &failing_n, error, lasts, failing_file) != 5) abort();
  for (int i = 0; i < CALLS; i++)
    if (strcmp(call, call_names[i]) == 0) failing_call = i;
  failing_error = strcmp(error, "ENOSPC") == 0 ? ENOSPC : EIO;
  failing_on = strcmp(lasts, "on") == 0;
  if (failing_call < 0) abort();
}

/* The name within the folder, "" for the folder itself, NULL for what is none of ours. */
static const char *inside(const char *path) {
  if (!folder || !path) return NULL;
  size_t length = strlen(folder);
  if (strncmp(path, folder, length) != 0) return NULL;
  if (path[length] == '\0') return "";
  return path[length] == '/' ? path + length + 1 : NULL;
}

static int journal_file(int fd) {
  return fd >= 0 && fd < FILES && files[fd].kind == JOURNAL;
}

/* Counts a call on a file of the journal. Not 0: it fails, with errno set, and `remark` goes with the word of that. */
static int fails(enum call call, const char *name, const char *remark) {
  if (*failing_file != '*' && strcmp(failing_file, name) != 0) return 0;
  unsigned long n = __atomic_add_fetch(&made[call], 1, __ATOMIC_SEQ_CST);
  if ((int)call != failing_call || n < failing_n || (n > failing_n && !failing_on)) return 0;
  if (points && n == failing_n) {
    int (*real_open)(const char *, int, ...) = real("open");
    ssize_t (*real_write)(int, const void *, size_t) = real("write");
    char line[128];
    int size = snprintf(line, sizeof line, "failed %s %lu of %s%s\n", call_names[call], n, name, remark);
    int fd = real_open(points, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || real_write(fd, line, size) != size) abort();
    close(fd);
  }
  errno = failing_error;
  return 1;
}

static void remember(int fd, const char *path) {
  if (fd < 0 || fd >= FILES) return;
  const char *name = inside(path);
  files[fd].kind = NOTHING;
  if (points && path && strcmp(path, points) == 0) files[fd].kind = POINTS;
  if (!name) return;
  files[fd].kind = *name ? JOURNAL : FOLDER;
  if (strlen(name) >= NAME - 1) abort();
  strcpy(files[fd].name, name);
}

static int opened(const char *symbol, const char *path, int flags, mode_t mode) {
  int (*real_open)(const char *, int, ...) = real(symbol);
  const char *name = inside(path);
  int of_journal = name && *name;
  if (of_journal && fails(OPEN, name, "")) return -1;
  int (*real_access)(const char *, int) = real("access");
  int makes = of_journal && (flags & O_CREAT) && real_access(path, F_OK) != 0;
  int fd = real_open(path, flags, mode);
  remember(fd, path);
  if (fd >= 0 && makes) emit('C', name, 0, NULL, 0);
  if (fd >= 0 && of_journal && (flags & O_TRUNC) && !makes) emit('T', name, 0, NULL, 0);
  return fd;
}

#define DEFINE_OPEN(symbol)                                    \
  int symbol(const char *path, int flags, ...) {               \
    va_list rest;                                              \
    va_start(rest, flags);                                     \
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;  \
    va_end(rest);                                              \
    return opened(#symbol, path, flags, mode);                 \
  }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

int close(int fd) {
  static int (*real_close)(int);
  if (!real_close) real_close = real("close");
  if (fd >= 0 && fd < FILES) files[fd].kind = NOTHING;
  return real_close(fd);
}

/* SQLite writes the rest of a short write again; that one finds no space at all. */
static ssize_t fail_write(ssize_t (*real_pwrite)(int, const void *, size_t, off_t), int fd, const void *data,
                          size_t size, off_t offset) {
  if (failing_error != ENOSPC || short_write_done || size < 2) return -1;
  /* Of what does not grow its file no disk takes a part: SQLite's header of a new WAL, 32 bytes over the old one. */
  struct stat before;
  if (fstat(fd, &before) == 0 && offset + (off_t)size <= before.st_size) {
    errno = failing_error;
    return -1;
  }
  short_write_done = 1;
  failing_on = 1;
  ssize_t written = real_pwrite(fd, data, size / 2, offset);
  if (written > 0) emit('W', files[fd].name, offset, data, written);
  return written;
}

#define DEFINE_PWRITE(symbol)                                                          \
  ssize_t symbol(int fd, const void *data, size_t size, off_t offset) {                \
    static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);                   \
    if (!real_pwrite) real_pwrite = real(#symbol);                                     \
    if (!journal_file(fd)) return real_pwrite(fd, data, size, offset);                 \
    files[fd].dirty = 1;                                                               \
    if (fails(PWRITE, files[fd].name, "")) return fail_write(real_pwrite, fd, data, size, offset); \
    ssize_t written = real_pwrite(fd, data, size, offset);                             \
    if (written > 0) emit('W', files[fd].name, offset, data, written);                 \
    return written;                                                                    \
  }
DEFINE_PWRITE(pwrite)
DEFINE_PWRITE(pwrite64)

#define DEFINE_PREAD(symbol)                                             \
  ssize_t symbol(int fd, void *data, size_t size, off_t offset) {        \
    static ssize_t (*real_pread)(int, void *, size_t, off_t);            \
    if (!real_pread) real_pread = real(#symbol);                         \
    if (journal_file(fd) && fails(PREAD, files[fd].name, "")) return -1;     \
    return real_pread(fd, data, size, offset);                           \
  }
DEFINE_PREAD(pread)
DEFINE_PREAD(pread64)

#define DEFINE_TRUNCATE(symbol)                                             \
  int symbol(int fd, off_t size) {                                          \
    static int (*real_truncate)(int, off_t);                                \
    if (!real_truncate) real_truncate = real(#symbol);                      \
    if (journal_file(fd) && fails(FTRUNCATE, files[fd].name, "")) return -1;    \
    int done = real_truncate(fd, size);                                     \
    if (done == 0 && journal_file(fd)) emit('T', files[fd].name, size, NULL, 0); \
    return done;                                                            \
  }
DEFINE_TRUNCATE(ftruncate)
DEFINE_TRUNCATE(ftruncate64)

/* A folder whose sync fails is not counted: SQLite does not look at the result of that one. */
#define DEFINE_SYNC(symbol)                                               \
  int symbol(int fd) {                                                    \
    static int (*real_sync)(int);                                         \
    if (!real_sync) real_sync = real(#symbol);                            \
    if (journal_file(fd) && fails(FSYNC, files[fd].name, files[fd].dirty ? "" : ", which was synced")) { \
      emit('X', files[fd].name, 0, NULL, 0);                              \
      errno = failing_error;                                              \
      return -1;                                                          \
    }                                                                     \
    int done = real_sync(fd);                                             \
    if (done == 0 && journal_file(fd)) emit('S', files[fd].name, 0, NULL, 0); \
    if (done == 0 && journal_file(fd)) files[fd].dirty = 0;               \
    if (done == 0 && fd >= 0 && fd < FILES && files[fd].kind == FOLDER) emit('D', "", 0, NULL, 0); \
    return done;                                                          \
  }
DEFINE_SYNC(fsync)
DEFINE_SYNC(fdatasync)

int unlink(const char *path) {
  static int (*real_unlink)(const char *);
  if (!real_unlink) real_unlink = real("unlink");
  const char *name = inside(path);
  if (!name) return real_unlink(path);
  if (fails(UNLINK, name, "")) return -1;
  int done = real_unlink(path);
  if (done == 0) emit('U', name, 0, NULL, 0);
  return done;
}

int rename(const char *from, const char *to) {
  static int (*real_rename)(const char *, const char *);
  if (!real_rename) real_rename = real("rename");
  const char *name = inside(from), *target = inside(to);
  int done = real_rename(from, to);
  if (done == 0 && name && target) emit('R', name, 0, target, strlen(target));
  return done;
}

ssize_t write(int fd, const void *data, size_t size) {
  static ssize_t (*real_write)(int, const void *, size_t);
  if (!real_write) real_write = real("write");
  ssize_t written = real_write(fd, data, size);
  if (written > 0 && fd >= 0 && fd < FILES && files[fd].kind == POINTS) emit('M', "", 0, data, written);
  if (written > 0 && journal_file(fd)) emit('W', files[fd].name, lseek(fd, 0, SEEK_CUR) - written, data, written);
  return written;
}
