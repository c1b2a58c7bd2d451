/* SPDX-License-Identifier: Apache-2.0 */
/* capture_devices.h - the tests of capture_test.c that want the drivers of a guest. */
#ifndef CAPTURE_DEVICES_H
#define CAPTURE_DEVICES_H

#include "../suite.h"

#include <av_capture.h>
#include <av_pace.h>

void a_card_is_heard_and_its_overruns_are_counted(void **state);
void a_camera_is_seen_and_its_stamps_are_read(void **state);
void a_run_sends_what_devices_give(void **state);
void a_card_that_goes_away_ends_the_run(void **state);
void a_camera_that_goes_away_ends_the_run(void **state);

/* tape_at is the sound that is played: frames that tell their number. */
static inline int16_t tape_at(uint32_t frame)
{
	return (int16_t)(frame % 30011 + 1);
}

static inline void open_age(struct gng_av_source *source)
{
	assert_int_equal(gng_hist_open(&source->age, 1, 10 * AV_SECOND, 2), GNG_OK);
}

#endif /* CAPTURE_DEVICES_H */
