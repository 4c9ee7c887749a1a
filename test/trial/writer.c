/*
 * A program of the trial: writes numbered lines to both streams and keeps its own record of what it did.
 *
 *   writer DIR NAME SEED CODES MIN_MS MAX_MS paced BYTES_PER_SECOND
 *   writer DIR NAME SEED CODES MIN_MS MAX_MS burst CONTROL BYTES
 *
 * DIR/NAME.lock is held for its whole life: a second process of NAME complains in DIR/complaints. DIR/NAME.record gets
 * "start PID STARTTICKS LIFE" and "exit PID LIFE CODE LAST_OF_STDOUT LAST_OF_STDERR MONOTONIC_MS". How long a life lasts and
 * with which of CODES (comma separated) it ends follows from SEED, NAME and the number of the life; MAX_MS 0 is for ever. On
 * TERM it finishes the line it is in and ends with 0.
 *
 * CONTROL is four little-endian numbers of 64 bits that the trial and the writer share: bursts asked for, begun, ended, and
 * bytes written in bursts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PACED_LINE 128
#define BURST_LINE 256
#define BLOCK 65536
#define TICK_MS 50
/* Lines begin "O NAME 0001 000000000001 ": the digits of life and sequence. */
#define LIFE_DIGITS 4
#define SEQUENCE_DIGITS 12

struct stream {
  int fd;
  int line;
  int digits; /* Where the sequence begins in a line. */
  uint64_t last;
  char block[BLOCK];
};

static volatile sig_atomic_t asked;
static struct stream out, err;
static const char *directory, *name;

static void on_term(int number) {
  (void)number;
  asked = 1;
}

static void fail(const char *what) {
  fprintf(stderr, "writer %s: %s: %s\n", name, what, strerror(errno));
  exit(71);
}

static uint64_t now_ms(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (uint64_t)at.tv_sec * 1000 + (uint64_t)at.tv_nsec / 1000000;
}

static void pause_ms(long ms) {
  struct timespec wait = {ms / 1000, (ms % 1000) * 1000000};
  nanosleep(&wait, NULL);
}

/* One write for one line of a record. */
static void append(const char *suffix, const char *format, ...) {
  char path[4096], line[512];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  snprintf(path, sizeof path, "%s/%s", directory, suffix);
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0 || write(fd, line, (size_t)length) != length) fail(path);
  close(fd);
}

/* The number of this life: one more than the record has starts. */
static unsigned life_number(const char *record) {
  char path[4096], line[512];
  unsigned lives = 1;
  snprintf(path, sizeof path, "%s/%s", directory, record);
  FILE *file = fopen(path, "re");
  if (file == NULL) return lives;
  while (fgets(line, sizeof line, file) != NULL) lives += strncmp(line, "start ", 6) == 0;
  fclose(file);
  return lives;
}

static unsigned long long start_ticks(void) {
  char text[2048];
  FILE *file = fopen("/proc/self/stat", "re");
  if (file == NULL || fgets(text, sizeof text, file) == NULL) fail("/proc/self/stat");
  fclose(file);
  char *at = strrchr(text, ')') + 2;
  for (int field = 3; field < 22; field++) at = strchr(at, ' ') + 1;
  return strtoull(at, NULL, 10);
}

static void hold_lock(void) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.lock", directory, name);
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) fail(path);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return;
  append("complaints", "%s: %d is a second process\n", name, getpid());
  exit(70);
}

/* FNV-1a over seed, name and life: what is to be known beforehand about a life. */
static uint64_t draw(const char *seed, unsigned life) {
  char text[512];
  uint64_t hash = 0xcbf29ce484222325u;
  snprintf(text, sizeof text, "%s %s %u", seed, name, life);
  for (const char *at = text; *at != 0; at++) hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
  return hash ^ (hash >> 29);
}

static int chosen_code(const char *codes, uint64_t number) {
  int values[32], count = 0;
  for (const char *at = codes; at != NULL && count < 32; at = strchr(at, ',')) {
    if (*at == ',') at++;
    values[count++] = atoi(at);
  }
  return values[number % (unsigned)count];
}

static void prepare(struct stream *stream, int fd, char letter, int line, unsigned life) {
  char head[300];
  int length = snprintf(head, sizeof head, "%c %s %0*u ", letter, name, LIFE_DIGITS, life);
  stream->fd = fd;
  stream->line = line;
  stream->digits = length;
  if (length + SEQUENCE_DIGITS + 2 > line) {
    errno = ENAMETOOLONG;
    fail("its name");
  }
  for (int at = 0; at + line <= BLOCK; at += line) {
    char *begin = stream->block + at;
    memcpy(begin, head, (size_t)length);
    memset(begin + length, '0', SEQUENCE_DIGITS);
    for (int fill = length + SEQUENCE_DIGITS; fill < line - 1; fill++) begin[fill] = (char)('a' + fill % 26);
    begin[length + SEQUENCE_DIGITS] = ' ';
    begin[line - 1] = '\n';
  }
}

/* Writes so many lines, and all of each: where the pipe is full it waits. */
static size_t put(struct stream *stream, int lines) {
  size_t size = (size_t)lines * (size_t)stream->line;
  for (int at = 0; at < lines; at++) {
    uint64_t number = ++stream->last;
    char *digit = stream->block + at * stream->line + stream->digits + SEQUENCE_DIGITS;
    for (int count = 0; count < SEQUENCE_DIGITS; count++, number /= 10) *--digit = (char)('0' + number % 10);
  }
  for (size_t done = 0; done < size;) {
    ssize_t count = write(stream->fd, stream->block + done, size - done);
    if (count < 0 && errno != EINTR) fail("write");
    if (count > 0) done += (size_t)count;
  }
  return size;
}

/* Half of the ticks each stream. */
static void paced(double rate, uint64_t until) {
  uint64_t begun = now_ms(), done = 0;
  for (unsigned tick = 0; !asked && (until == 0 || now_ms() < until); tick++) {
    uint64_t due = (uint64_t)((double)(now_ms() - begun) * rate / 1000);
    int lines = due <= done ? 0 : (int)((due - done) / PACED_LINE);
    if (lines > BLOCK / PACED_LINE) lines = BLOCK / PACED_LINE;
    if (lines > 0) done += put(tick % 2 == 0 ? &out : &err, lines);
    pause_ms(TICK_MS);
  }
}

static volatile uint64_t *shared(const char *path) {
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) fail(path);
  void *at = mmap(NULL, 32, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) fail(path);
  close(fd);
  return at;
}

static void bursts(const char *control, uint64_t bytes, uint64_t until) {
  volatile uint64_t *burst = shared(control);
  burst[2] = burst[1];
  while (!asked && (until == 0 || now_ms() < until)) {
    if (burst[0] <= burst[1]) {
      pause_ms(2);
      continue;
    }
    burst[1]++;
    unsigned turn = 0;
    for (uint64_t done = 0; done < bytes && !asked && (until == 0 || now_ms() < until);) {
      size_t size = put(turn++ % 8 == 7 ? &err : &out, BLOCK / BURST_LINE);
      done += size;
      burst[3] += size;
    }
    burst[2] = burst[1];
  }
}

int main(int count, char **words) {
  if (count < 9) return 64;
  directory = words[1];
  name = words[2];
  struct sigaction action = {.sa_handler = on_term};
  sigaction(SIGTERM, &action, NULL);
  hold_lock();

  char record[300];
  snprintf(record, sizeof record, "%s.record", name);
  unsigned life = life_number(record);
  append(record, "start %d %llu %u\n", getpid(), start_ticks(), life);

  uint64_t number = draw(words[3], life), least = strtoull(words[5], NULL, 10), most = strtoull(words[6], NULL, 10);
  uint64_t until = most == 0 ? 0 : now_ms() + least + number % (most - least + 1);
  int is_paced = strcmp(words[7], "paced") == 0;
  prepare(&out, 1, 'O', is_paced ? PACED_LINE : BURST_LINE, life);
  prepare(&err, 2, 'E', is_paced ? PACED_LINE : BURST_LINE, life);
  if (is_paced) paced(atof(words[8]), until);
  else if (count > 9) bursts(words[8], strtoull(words[9], NULL, 10), until);

  int code = asked ? 0 : chosen_code(words[4], number >> 32);
  append(record, "exit %d %u %d %llu %llu %llu\n", getpid(), life, code, (unsigned long long)out.last,
         (unsigned long long)err.last, (unsigned long long)now_ms());
  return code;
}
