/* SPDX-License-Identifier: Apache-2.0 */
/* causes_guest.h - the tests of causes_test.c that disturb a guest. */
#ifndef CAUSES_GUEST_H
#define CAUSES_GUEST_H

#include "../suite.h"

#include <av_near.h>

void a_quiet_run_is_near_nothing(void **state);
void a_clock_that_is_set_delays_nothing(void **state);
void a_module_that_comes_and_goes_is_a_cause(void **state);
void a_usb_device_that_is_enumerated_anew_is_a_cause(void **state);
void memory_that_is_short_is_a_cause(void **state);

#endif /* CAUSES_GUEST_H */
