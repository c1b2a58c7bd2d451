/* SPDX-License-Identifier: Apache-2.0 */
/* ring_race.h - the program of impl/av/race as bytes; none where clang is not installed. */
#ifndef RING_RACE_H
#define RING_RACE_H

#include <stddef.h>

extern const unsigned char ring_race[], ring_race_end[];

#endif /* RING_RACE_H */
