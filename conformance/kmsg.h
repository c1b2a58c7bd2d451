/* SPDX-License-Identifier: Apache-2.0 */
/* kmsg.h - what the kernel says from now on: /dev/kmsg, record by record. */
#ifndef CONFORMANCE_KMSG_H
#define CONFORMANCE_KMSG_H

#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define KMSG_CAP 8192 /* a shorter buffer would not get a longer record, now or later */

/* kmsg_open opens the kernel's messages behind the last one. */
static inline int kmsg_open(void)
{
	const int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	return fd;
}

/* kmsg_next reads one record; false if there is none. EPIPE: some were lost, and more follow. */
static inline bool kmsg_next(int fd, char line[KMSG_CAP])
{
	ssize_t len;

	do
		len = read(fd, line, KMSG_CAP - 1);
	while (len < 0 && errno == EPIPE);
	line[len > 0 ? len : 0] = '\0';
	return len > 0;
}

#endif /* CONFORMANCE_KMSG_H */
