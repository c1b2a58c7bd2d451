/* SPDX-License-Identifier: Apache-2.0 */
/* av_verbs.h - the parts of `gonogo av`. */
#ifndef AV_VERBS_H
#define AV_VERBS_H

#include <stdbool.h>
#include <stdint.h>

#include "gng_av.h"

#define AV_EXIT_USAGE 2
#define AV_EXIT_INCOMPLETE 3
#define AV_EXIT_HARNESS 99

/* Each verb returns the exit status. */
int av_verb_run(int argc, char **argv);
int av_verb_soak(int argc, char **argv);

/* av_help is what --help prints, of each verb. */
extern const char av_help[];

/* av_read_number takes a whole number in [1, most]. */
bool av_read_number(uint64_t *number, const char *text, uint64_t most);

/* av_read_rung takes "1080p60", "720p60" or "720p30". */
bool av_read_rung(uint8_t *rung, const char *text);

/* av_read_kbps, _encoder, _audio, _class and _quantile take their option's value. */
bool av_read_kbps(struct gng_av_options *options, const char *text);
bool av_read_encoder(struct gng_av_options *options, const char *text);
bool av_read_audio(struct gng_av_options *options, const char *text);
bool av_read_class(struct gng_av_options *options, const char *text);
bool av_read_quantile(double *q, const char *text);

/* av_catch makes SIGINT and SIGTERM end a run early; av_caught says whether one came. */
void av_catch(void);
bool av_caught(void);

/* av_exit_of is the exit status of a run that could not be made. */
int av_exit_of(enum gng_status status);

#endif /* AV_VERBS_H */
