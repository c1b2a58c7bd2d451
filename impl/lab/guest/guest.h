/* SPDX-License-Identifier: Apache-2.0 */
/* guest.h - the parts of a guest's init. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>

/* guest_greet opens the port to the host, waiting for its driver, and says hello and whatever
 * trouble there was before. Without a port nothing is said, and the host sees a silent guest. */
void guest_greet(void);

/* guest_say sends a frame (lab_frame.h); before guest_greet it keeps a few for later. */
void guest_say(const char *word, size_t index, long a, long b, const void *payload, size_t len);

/* guest_run runs one program with a deadline and kills all that it leaves behind. */
void guest_run(const char *name, unsigned int deadline_s, char **argv);

/* guest_watch tells the host of each bug or warning that the kernel has reported since the last
 * call, and of what was done meanwhile. */
void guest_watch(const char *doing);

/* guest_watch_leaks lets kmemleak, where the kernel has it, look for what nobody refers to. */
void guest_watch_leaks(void);

/* guest_leave says bye and waits until the host has read it. */
void guest_leave(void);

/* guest_flush closes the port. */
void guest_flush(void);

#endif /* GUEST_H */
