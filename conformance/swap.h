/* SPDX-License-Identifier: Apache-2.0 */
/* swap.h - a guest that is brought out of memory, with a swap area of compressed memory: what is
 * swapped, and whom the kernel kills. */
#ifndef CONFORMANCE_SWAP_H
#define CONFORMANCE_SWAP_H

#include "suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/swap.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gng_sysfile.h>

#define SWAP_DEVICE "/dev/zram0"
#define SWAP_GENERATIONS "/sys/kernel/mm/lru_gen/enabled"
#define SWAP_PAGE ((size_t)4096)
#define SWAP_AREA ((size_t)512 << 20)
#define SWAP_EXCESS ((size_t)96 << 20) /* more than there is memory for */

static inline void swap_tell(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* swap_make_area writes what mkswap(8) writes (Linux, include/linux/swap.h, union swap_header): at
 * byte 1024 the version and the last page, in the last ten bytes of the first page the magic. */
static inline void swap_make_area(void)
{
	const uint32_t words[2] = {1, SWAP_AREA / SWAP_PAGE - 1};
	uint8_t page[SWAP_PAGE] = {0};
	const int fd = open(SWAP_DEVICE, O_WRONLY | O_CLOEXEC);

	memcpy(page + 1024, words, sizeof(words));
	memcpy(page + SWAP_PAGE - 10, "SWAPSPACE2", 10);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, page, SWAP_PAGE, 0), SWAP_PAGE);
	assert_int_equal(fsync(fd), 0);
	close(fd);
}

/* swap_begin turns on an area; false: the test is skipped. */
static inline bool swap_begin(void)
{
	char size[32];

	if (!getenv("GNG_LAB") || access(SWAP_DEVICE, W_OK) != 0) {
		gng_probe_skip("only a guest is brought out of memory",
			       "gonogo lab run rtconf-swap mem-swap");
		return false;
	}
	snprintf(size, sizeof(size), "%zu", SWAP_AREA);
	swap_tell("/sys/block/zram0/disksize", size);
	swap_make_area();
	assert_int_equal(swapon(SWAP_DEVICE, 0), 0);
	return true;
}

static inline void swap_end(void)
{
	assert_int_equal(swapoff(SWAP_DEVICE), 0);
	swap_tell("/sys/block/zram0/reset", "1");
}

/* swap_number finds "NAME N" or "NAME: N" in a file of the kernel. */
static inline uint64_t swap_number(const char *path, const char *name)
{
	char *text = gng_sysfile_text("", path), *at;
	uint64_t number;

	assert_non_null(text);
	at = strstr(text, name);
	if (!at)
		suite_fail("%s has no %s", path, name);
	at += strlen(name);
	number = strtoull(at + strspn(at, ": \t"), NULL, 10);
	free(text);
	return number;
}

/* swap_touch writes to each page: a little, so that compressed memory holds many, and with pauses,
 * in which the kernel's own thread may swap. */
static inline volatile uint8_t *swap_touch(size_t len)
{
	volatile uint8_t *memory =
		mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		_exit(1);
	for (size_t at = 0; at < len; at += SWAP_PAGE) {
		memory[at] = 1;
		if (at % (SWAP_PAGE * 256) == 0)
			nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
	return memory;
}

/* swap_press lets a process take more memory than there is, and returns the signal that ended it.
 */
static inline int swap_press(void)
{
	const size_t len = swap_number("/proc/meminfo", "MemAvailable") * 1024 + SWAP_EXCESS;
	const pid_t child = fork();
	int status;

	if (child == 0) {
		swap_tell("/proc/self/oom_score_adj", "1000");
		swap_touch(len);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* swap_generations turns the multi-generational LRU on or off (Linux, admin-guide/mm/multigen_lru);
 * false: this kernel has none. */
static inline bool swap_generations(const char *enabled)
{
	if (access(SWAP_GENERATIONS, W_OK) != 0)
		return false;
	swap_tell(SWAP_GENERATIONS, enabled);
	return true;
}

/* swap_pressed lets a process press under a swappiness; *signal is what ended it. Returns how many
 * pages were swapped out. */
static inline uint64_t swap_pressed(int *signal, const char *swappiness)
{
	const uint64_t before = swap_number("/proc/vmstat", "pswpout");

	swap_tell("/proc/sys/vm/swappiness", swappiness);
	*signal = swap_press();
	return swap_number("/proc/vmstat", "pswpout") - before;
}

#endif /* CONFORMANCE_SWAP_H */
