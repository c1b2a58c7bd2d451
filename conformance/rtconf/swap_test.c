/* SPDX-License-Identifier: Apache-2.0 */
/* swap_test.c - vm.swappiness=0 swaps, or kills instead; mlockall() keeps pages in memory. In a
 * guest with a swap area of compressed memory. */
/* needs: sysfile */
#include "../suite.h"

#include <errno.h>
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

#define DEVICE "/dev/zram0"
#define GENERATIONS "/sys/kernel/mm/lru_gen/enabled"
#define PAGE ((size_t)4096)
#define AREA ((size_t)512 << 20)
#define EXCESS ((size_t)96 << 20) /* more than there is memory for */

static void tell(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* make_area writes what mkswap(8) writes (Linux, include/linux/swap.h, union swap_header): at byte
 * 1024 the version and the last page, in the last ten bytes of the first page the magic. */
static void make_area(void)
{
	const uint32_t words[2] = {1, AREA / PAGE - 1};
	uint8_t page[PAGE] = {0};
	const int fd = open(DEVICE, O_WRONLY | O_CLOEXEC);

	memcpy(page + 1024, words, sizeof(words));
	memcpy(page + PAGE - 10, "SWAPSPACE2", 10);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, page, PAGE, 0), PAGE);
	assert_int_equal(fsync(fd), 0);
	close(fd);
}

/* begin_swapping turns on an area; false: the test is skipped. */
static bool begin_swapping(void)
{
	char size[32];

	if (!getenv("GNG_LAB") || access(DEVICE, W_OK) != 0) {
		gng_probe_skip("only a guest is brought out of memory",
			       "gonogo lab run rtconf-swap");
		return false;
	}
	snprintf(size, sizeof(size), "%zu", AREA);
	tell("/sys/block/zram0/disksize", size);
	make_area();
	assert_int_equal(swapon(DEVICE, 0), 0);
	return true;
}

static void end_swapping(void)
{
	assert_int_equal(swapoff(DEVICE), 0);
	tell("/sys/block/zram0/reset", "1");
}

/* number_after finds "NAME N" or "NAME: N" in a file of the kernel. */
static uint64_t number_after(const char *path, const char *name)
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

/* touch writes to each page: a little, so that compressed memory holds many, and with pauses, in
 * which the kernel's own thread may swap. */
static volatile uint8_t *touch(size_t len)
{
	volatile uint8_t *memory =
		mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		_exit(1);
	for (size_t at = 0; at < len; at += PAGE) {
		memory[at] = 1;
		if (at % (PAGE * 256) == 0)
			nanosleep(&(struct timespec){0, 1000000}, NULL);
	}
	return memory;
}

/* press lets a process take more memory than there is, and returns the signal that ended it. */
static int press(void)
{
	const size_t len = number_after("/proc/meminfo", "MemAvailable") * 1024 + EXCESS;
	const pid_t child = fork();
	int status;

	if (child == 0) {
		tell("/proc/self/oom_score_adj", "1000");
		touch(len);
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* with_generations turns the multi-generational LRU on or off (Linux, admin-guide/mm/multigen_lru);
 * false: this kernel has none. */
static bool with_generations(const char *enabled)
{
	if (access(GENERATIONS, W_OK) != 0)
		return false;
	tell(GENERATIONS, enabled);
	return true;
}

/* pressed lets a process press under a swappiness; *signal is what ended it. Returns how many pages
 * were swapped out. */
static uint64_t pressed(int *signal, const char *swappiness)
{
	const uint64_t before = number_after("/proc/vmstat", "pswpout");

	tell("/proc/sys/vm/swappiness", swappiness);
	*signal = press();
	return number_after("/proc/vmstat", "pswpout") - before;
}

/* Without generations the kernel swaps all the same once free and file-backed pages are fewer than
 * a watermark. It stands high here, so that its own thread comes before anybody calls the killer.
 */
static void swappiness_0_swaps(void **state)
{
	int signal;

	(void)state;
	if (!begin_swapping())
		return;
	with_generations("0");
	tell("/proc/sys/vm/watermark_scale_factor", "1000");
	assert_true(pressed(&signal, "0") > 0);
	gng_probe_note("the process", signal ? "was killed" : "lived");
	tell("/proc/sys/vm/watermark_scale_factor", "10");
	end_swapping();
}

/* Debian's 6.12 has generations on. There 0 swaps nothing, and the killer takes the process though
 * the area is empty: 1 is what keeps swapping rare. */
static void swappiness_0_with_generations_kills(void **state)
{
	int signal;

	(void)state;
	if (!begin_swapping())
		return;
	if (with_generations("y")) {
		assert_int_equal(pressed(&signal, "0"), 0);
		assert_int_equal(signal, SIGKILL);
		assert_true(pressed(&signal, "1") > 0);
		assert_int_equal(signal, 0);
	} else {
		gng_probe_skip("this kernel has no multi-generational LRU", "CONFIG_LRU_GEN=y");
	}
	end_swapping();
}

/* The locked pages are older than those of the process that presses. */
static void locked_pages_stay(void **state)
{
	const size_t len = (size_t)16 << 20;
	int signal;

	(void)state;
	if (!begin_swapping())
		return;
	assert_int_equal(mlockall(MCL_CURRENT | MCL_FUTURE), 0);
	touch(len);
	assert_true(pressed(&signal, "60") > 0);
	assert_int_equal(number_after("/proc/self/status", "VmSwap"), 0);
	assert_true(number_after("/proc/self/status", "VmLck") * 1024 >= len);
	munlockall();
	end_swapping();
}

const struct suite_test suite_tests[] = {
	TEST(swappiness_0_swaps, "T1.rtconf.swap"),
	TEST(swappiness_0_with_generations_kills, "T1.rtconf.swap"),
	TEST(locked_pages_stay, "T1.rtconf.swap"),
	{0},
};
