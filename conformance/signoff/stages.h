/* SPDX-License-Identifier: Apache-2.0 */
/* stages.h - a record of a sheet with three latencies of one thing, and two rows of peers. */
#ifndef SIGNOFF_STAGES_H
#define SIGNOFF_STAGES_H

#include "sheet.h"

#define STAGES_NUM 3
#define STAGES_AT SHEET_PORTABLE

/* stages must outlive the sheet's page; stages_fini frees its histograms. */
struct stages {
	struct gng_figure figures[STAGES_NUM];
	struct gng_probe_note notes[7];
};

/* stages_figure is 900 samples of a value in us, 90 of twice and 10 of four times as much. */
static inline void stages_figure(struct gng_figure *figure, const char *name, double value_us)
{
	struct gng_hist *hist;
	char *text;

	assert_int_equal(gng_hist_open(&hist, 1, 3600000000000, 3), GNG_OK);
	gng_hist_record_n(hist, (uint64_t)(value_us * 1000), 900);
	gng_hist_record_n(hist, (uint64_t)(value_us * 2000), 90);
	gng_hist_record_n(hist, (uint64_t)(value_us * 4000), 10);
	assert_int_equal(gng_hist_encode(&text, hist, NULL), GNG_OK);
	gng_hist_close(hist);
	*figure = (struct gng_figure){.measure = {.value = 2 * value_us,
						  .unit = "us",
						  .n = 1000,
						  .lo = NAN,
						  .hi = NAN,
						  .quantile = 0.99,
						  .hist = text},
				      .floor_ns = NAN};
	snprintf(figure->measure.name, sizeof(figure->measure.name), "%s", name);
}

/* stages_add gives the record at STAGES_AT num of the latencies, and all notes. */
static inline void stages_add(struct stages *stages, struct sheet *sheet, size_t num)
{
	static const struct {
		const char *key, *value;
	} notes[] = {{"tick_to_end", "3 of 1000 over 12 ms: lost 3"},
		     {"peer", "ffmpeg version 5.1.9-0+deb12u1"},
		     {"expected", "40 units, 40 identical"},
		     {"got", "40 units, 39 identical"},
		     {"peer 2", "a <hostile> & long name of a library of version 1.22.0"},
		     {"expected 2", "1176 lost packets, 1176 recovered"},
		     {"got 2", "1176 lost packets, 1176 recovered"}};

	stages_figure(&stages->figures[0], "tick_to_pcm_queue", 3);
	stages_figure(&stages->figures[1], "h264_done_to_rtp_packets", 1.5);
	stages_figure(&stages->figures[2], "tick_to_end", 3100);
	for (size_t i = 0; i < COUNT_OF(notes); i++)
		stages->notes[i] =
			(struct gng_probe_note){(char *)notes[i].key, (char *)notes[i].value};
	sheet->records[STAGES_AT].figures = stages->figures;
	sheet->records[STAGES_AT].num_figures = num;
	sheet->records[STAGES_AT].notes = stages->notes;
	sheet->records[STAGES_AT].num_notes = COUNT_OF(notes);
}

static inline void stages_fini(struct stages *stages)
{
	for (size_t i = 0; i < STAGES_NUM; i++)
		free((char *)stages->figures[i].measure.hist);
}

#endif /* SIGNOFF_STAGES_H */
