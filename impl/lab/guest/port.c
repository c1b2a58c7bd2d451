/* SPDX-License-Identifier: Apache-2.0 */
/* port.c - the guest's way to its host: a virtio-serial port that bears our name. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "lab_frame.h"

#define PORTS "/sys/class/virtio-ports"
#define WAIT_MS 10000
#define STEP_MS 20

static int port = -1;
static char kept[4096]; /* frames from before the port */
static size_t kept_len;

static void nap(long ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static bool is_ours(const char *name)
{
	char path[300], text[64] = "";
	int fd;

	snprintf(path, sizeof(path), PORTS "/%s/name", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		*text = '\0';
	close(fd);
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, LAB_PORT_NAME) == 0;
}

static bool find_port(void)
{
	DIR *dir = opendir(PORTS);
	struct dirent *entry;
	char path[300];

	while (dir && port < 0 && (entry = readdir(dir)))
		if (is_ours(entry->d_name)) {
			snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
			port = open(path, O_WRONLY | O_CLOEXEC);
		}
	if (dir)
		closedir(dir);
	return port >= 0;
}

static void send_bytes(const char *bytes, size_t len)
{
	while (port >= 0 && len > 0) {
		const ssize_t n = write(port, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

void guest_say(const char *word, size_t index, long a, long b, const void *payload, size_t len)
{
	char head[LAB_FRAME_HEADER_CAP];
	const int n = snprintf(head, sizeof(head), "%s %zu %ld %ld %zu\n", word, index, a, b, len);

	if (port >= 0) {
		send_bytes(head, (size_t)n);
		send_bytes(payload, len);
	} else if (kept_len + (size_t)n + len <= sizeof(kept)) {
		memcpy(kept + kept_len, head, (size_t)n);
		if (len)
			memcpy(kept + kept_len + n, payload, len);
		kept_len += (size_t)n + len;
	}
}

void guest_greet(void)
{
	struct timespec up;

	for (int ms = 0; ms < WAIT_MS && !find_port(); ms += STEP_MS)
		nap(STEP_MS);
	if (port < 0)
		dprintf(2, "init: no port " LAB_PORT_NAME " below " PORTS "\n");
	clock_gettime(CLOCK_BOOTTIME, &up);
	guest_say(LAB_FRAME_HELLO, 0, LAB_FRAME_VERSION,
		  (long)(up.tv_sec * 1000 + up.tv_nsec / 1000000), NULL, 0);
	send_bytes(kept, kept_len);
}

/* close() of a port waits until the host took all of it. */
void guest_flush(void)
{
	if (port >= 0)
		close(port);
	port = -1;
}
