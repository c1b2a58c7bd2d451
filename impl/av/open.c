/* SPDX-License-Identifier: Apache-2.0 */
/* open.c - everything that a run needs, made ready before its first tick. */
#include "av_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#define ARENA_LEN ((size_t)24 << 20)
#define TAP_LEN ((size_t)64 << 20)
#define NUM_WAITING 1024
#define ENCODER_PRIORITY 79 /* threads.c has the others */

/* ---- the arena ---- */

/* take returns len bytes of the arena, zeroed by the kernel; the arena is large enough for all. */
static void *take(struct gng_mem_bump *bump, size_t len)
{
	return gng_mem_bump_take(bump, len, 64);
}

static void take_canvases(struct av_run *run, struct gng_mem_bump *bump)
{
	for (unsigned int i = run->options->rung; i < GNG_QOS_NUM_RUNGS; i++) {
		const struct gng_qos_rung *rung = gng_qos_rung_at(i);

		run->canvas[i].width = rung->width;
		run->canvas[i].height = rung->height;
		if (i > run->options->rung && run->canvas[i - 1].width == rung->width) {
			run->canvas[i] = run->canvas[i - 1];
			continue;
		}
		run->canvas[i].texture = take(bump, AV_CANVAS_LEN(rung->width, rung->height));
		if (run->canvas[i].texture)
			av_canvas_paint(&run->canvas[i]);
	}
}

static enum gng_status carve(struct av_run *run, struct gng_why *why)
{
	struct gng_mem_bump bump;
	uint8_t *pcm, *samples, *events, *controls, *pulses, *knowns;
	enum gng_status status;

	gng_mem_bump_init(&bump, run->arena);
	run->frames = take(&bump, AV_NUM_FRAMES * sizeof(*run->frames));
	run->periods = take(&bump, AV_NUM_PERIODS * sizeof(*run->periods));
	run->outlet = take(&bump, sizeof(*run->outlet));
	run->intake = take(&bump, sizeof(*run->intake));
	run->planes = take(&bump, (size_t)1920 * 1080 * 3 / 2);
	run->stamps = take(&bump, AV_NUM_STAMPS * sizeof(*run->stamps));
	run->play = take(&bump, AV_PLAY_SLOTS * sizeof(*run->play));
	run->relayed = take(&bump, NUM_WAITING * sizeof(*run->relayed));
	run->relayed_copies = take(&bump, NUM_WAITING * sizeof(*run->relayed_copies));
	pcm = take(&bump, AV_PCM_SLOTS * sizeof(struct av_period));
	samples = take(&bump, AV_NUM_SAMPLES * sizeof(uint64_t));
	events = take(&bump, AV_NUM_EVENTS * sizeof(struct av_event));
	controls = take(&bump, AV_NUM_CONTROLS * sizeof(uint64_t));
	pulses = take(&bump, AV_NUM_PULSES * sizeof(struct av_wake));
	knowns = take(&bump, AV_NUM_KNOWNS * sizeof(struct av_known));
	take_canvases(run, &bump);
	if (!pcm || !samples || !events || !controls || !pulses || !knowns ||
	    !run->canvas[GNG_QOS_NUM_RUNGS - 1].texture)
		return gng_why_set(why, GNG_ENOMEM, 0, "av.open",
				   "the arena of %zu bytes is too small", ARENA_LEN);
	if (run->options->pcap_path) {
		uint8_t *taps = gng_mem_bump_take(&bump, TAP_LEN, 64);

		run->tap_video = (struct av_tap){.bytes = taps, .cap = TAP_LEN * 3 / 4};
		run->tap_audio =
			(struct av_tap){.bytes = taps + TAP_LEN * 3 / 4, .cap = TAP_LEN / 4};
	}
	status = av_ring_init(&run->pcm, pcm, AV_PCM_SLOTS, sizeof(struct av_period), why);
	if (status == GNG_OK)
		status =
			av_ring_init(&run->samples, samples, AV_NUM_SAMPLES, sizeof(uint64_t), why);
	if (status == GNG_OK)
		status = av_ring_init(&run->events, events, AV_NUM_EVENTS, sizeof(struct av_event),
				      why);
	if (status == GNG_OK)
		status = av_ring_init(&run->controls, controls, AV_NUM_CONTROLS, sizeof(uint64_t),
				      why);
	if (status == GNG_OK)
		status = av_ring_init(&run->pulses, pulses, AV_NUM_PULSES, sizeof(struct av_wake),
				      why);
	if (status == GNG_OK)
		status = av_ring_init(&run->knowns, knowns, AV_NUM_KNOWNS, sizeof(struct av_known),
				      why);
	return status;
}

/* node_of returns the NUMA node of a CPU, or GNG_MEM_ANY_NODE where the kernel knows none. */
static int node_of(int cpu)
{
	for (int node = 0; node < GNG_MEM_MAX_NODES; node++) {
		char path[80];

		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/node%d", cpu, node);
		if (access(path, F_OK) == 0)
			return node;
	}
	return GNG_MEM_ANY_NODE;
}

/* What the encoder reads and writes lies near its CPU; where that node is full, anywhere. */
static enum gng_status open_arena(struct av_run *run, struct gng_av_result *result,
				  struct gng_why *why)
{
	struct gng_mem_request request = {.len = ARENA_LEN +
						 (run->options->pcap_path ? TAP_LEN : 0),
					  .node = node_of(av_cpu_of(AV_SENDER_TURN)),
					  .backend = GNG_MEM_THP,
					  .mode = GNG_MEM_BEST};
	enum gng_status status = gng_mem_open(&run->arena, &request, why);

	if (status != GNG_OK && request.node != GNG_MEM_ANY_NODE) {
		av_note(result, "buffers are not on node %d of the sender's CPU: %s", request.node,
			why ? why->text : gng_status_name(status));
		request.node = GNG_MEM_ANY_NODE;
		status = gng_mem_open(&run->arena, &request, why);
	}
	if (status != GNG_OK)
		return status;
	result->buffers.node = request.node;
	result->huge = gng_mem_proved(run->arena)->shortfall[0] == '\0';
	if (!result->huge)
		av_note(result, "buffers are not as asked for: %s",
			gng_mem_proved(run->arena)->shortfall);
	return carve(run, why);
}

void av_run_prove(const struct av_run *run, struct gng_av_result *result)
{
	struct gng_av_buffers *buffers = &result->buffers;
	struct gng_mem_proof proof;
	struct gng_why why;

	if (gng_mem_prove(&proof, run->arena, &why) != GNG_OK) {
		av_note(result, "where buffers lie is not known: %s", why.text);
		return;
	}
	buffers->len = proof.len;
	buffers->huge_len = proof.huge_len;
	buffers->node_len = buffers->node >= 0 ? proof.node_len[buffers->node] : proof.present_len;
}

/* ---- codecs ---- */

/* warm_up encodes pictures that nobody sees, so that the first tick meets no page fault. */
static void warm_up(struct av_run *run, unsigned int rung)
{
	const struct gng_qos_rung *size = gng_qos_rung_at(rung);
	const size_t luma = (size_t)size->width * size->height;
	struct av_picture picture = {
		.planes = {run->planes, run->planes + luma, run->planes + luma + luma / 4},
		.strides = {size->width, size->width / 2, size->width / 2},
		.width = size->width,
		.height = size->height};

	for (uint32_t i = 0; i < 4; i++) {
		const struct av_mark mark = {.number = i};
		struct av_encoded out;

		av_draw(&picture, &run->canvas[rung], &mark);
		(void)run->encoders.loaded.module->encode(run->encoders.rung[rung], &picture,
							  (int64_t)i - 4, i == 0, &out);
	}
}

/* open_encoder: threads of an encoder inherit the class of who opens it. They come behind all that
 * only waits, and behind the sender. */
static void *open_encoder(const struct av_run *run, const struct av_encoder_config *config,
			  char *said, size_t cap)
{
	const struct av_module *module = run->encoders.loaded.module;
	const bool raised = run->fifo && config->threads > 1 && av_set_fifo(ENCODER_PRIORITY);
	void *encoder = module->encoder_open ? module->encoder_open(config, said, cap) : NULL;

	if (raised)
		av_set_fifo(0);
	return encoder;
}

static enum gng_status open_encoders(struct av_run *run, struct gng_why *why)
{
	struct av_encoders *encoders = &run->encoders;
	enum gng_status status = av_load(&encoders->loaded, run->options->encoder, why);

	for (unsigned int i = run->options->rung; i < GNG_QOS_NUM_RUNGS && status == GNG_OK; i++) {
		const struct gng_qos_rung *rung = gng_qos_rung_at(i);
		const struct av_encoder_config config = {rung->width, rung->height, rung->fps,
							 (int)run->options->kbps,
							 run->options->threads};
		char said[160] = "";

		encoders->rung[i] = open_encoder(run, &config, said, sizeof(said));
		if (!encoders->rung[i])
			return gng_why_set(
				why, GNG_EUNSUPPORTED, 0, "av.open",
				"%s does not encode %ux%u at %u frames and %u kbit/s%s%s",
				run->options->encoder, rung->width, rung->height, rung->fps,
				run->options->kbps, *said ? ": " : "", said);
		warm_up(run, i);
	}
	if (status == GNG_OK)
		status = av_load(&run->decoder, "openh264", why);
	return status;
}

/* open_control times the known work. The sender's walks through the picture that is encoded, the
 * receiver's through what no frame writes. */
static void open_control(struct av_run *run)
{
	const struct gng_qos_rung *rung = gng_qos_rung_at(run->options->rung);

	if (!run->options->control)
		return;
	av_control_init(&run->control[0], run->planes, (size_t)rung->width * rung->height * 3 / 2);
	av_control_init(&run->control[1], run->canvas[run->options->rung].texture,
			AV_CANVAS_LEN(rung->width, rung->height));
}

static void close_encoders(struct av_encoders *encoders)
{
	for (unsigned int i = 0; i < GNG_QOS_NUM_RUNGS; i++)
		if (encoders->rung[i])
			encoders->loaded.module->encoder_close(encoders->rung[i]);
	av_unload(&encoders->loaded);
}

/* ---- keys ---- */

static enum gng_status read_key(uint8_t key[AV_KEY_LEN], const char *path, struct gng_why *why)
{
	uint8_t bytes[AV_KEY_LEN + 1];
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t len = file >= 0 ? read(file, bytes, sizeof(bytes)) : -1;
	const int error = errno;

	if (file >= 0)
		close(file);
	if (len == AV_KEY_LEN)
		memcpy(key, bytes, AV_KEY_LEN);
	gng_wipe(bytes, sizeof(bytes));
	if (len < 0)
		return gng_why_set(why, GNG_ESYS, error, "av.key", "%s: cannot be read", path);
	if (len != AV_KEY_LEN)
		return gng_why_set(why, GNG_EFORMAT, 0, "av.key",
				   "%s: a key is %d bytes, 16 of key and 12 of salt", path,
				   AV_KEY_LEN);
	return GNG_OK;
}

enum gng_status av_check_words(const struct gng_av_options *options, struct gng_why *why)
{
	struct av_weather weather;
	uint8_t key[AV_KEY_LEN];
	enum gng_status status = GNG_OK;

	if (options->weather)
		status = av_weather_read(&weather, options->weather, why);
	if (status == GNG_OK && options->key_path)
		status = read_key(key, options->key_path, why);
	gng_wipe(key, sizeof(key));
	return status;
}

static enum gng_status open_keys(struct av_run *run, struct gng_why *why)
{
	const uint8_t *key = run->options->clear ? NULL : run->key;
	enum gng_status status = GNG_OK;

	if (run->options->key_path)
		status = read_key(run->key, run->options->key_path, why);
	else if (getrandom(run->key, AV_KEY_LEN, 0) != AV_KEY_LEN)
		status = gng_why_set(why, GNG_ESYS, errno, "av.key", "no random bytes");
	if (status == GNG_OK)
		status = av_outlet_init(run->outlet, key, 0, why);
	if (status == GNG_OK)
		status = av_intake_init(run->intake, key, why);
	if (status == GNG_OK && key)
		status = gng_rtp_srtp_init(&run->audio_out, GNG_RTP_AEAD_AES_128_GCM, AV_SSRC_AUDIO,
					   key, AV_KEY_LEN, why);
	if (status == GNG_OK && key)
		status = gng_rtp_srtp_init(&run->audio_back, GNG_RTP_AEAD_AES_128_GCM,
					   AV_SSRC_AUDIO, key, AV_KEY_LEN, why);
	gng_wipe(run->key, AV_KEY_LEN);
	return status;
}

/* ---- the whole ---- */

static enum gng_status check_options(const struct gng_av_options *options, struct gng_why *why)
{
	if (options->seconds < 1 || options->seconds > 604800)
		return gng_why_set(why, GNG_EINVAL, 0, "av.run",
				   "a run lasts 1 to 604,800 seconds");
	if (options->rung >= GNG_QOS_NUM_RUNGS || options->kbps < 1000 || options->kbps > 100000)
		return gng_why_set(why, GNG_EINVAL, 0, "av.run",
				   "no such rung, or a bit rate outside 1,000 to 100,000 kbit/s");
	if (options->threads > GNG_AV_MAX_THREADS)
		return gng_why_set(why, GNG_EINVAL, 0, "av.run",
				   "an encoder has at most %d threads", GNG_AV_MAX_THREADS);
	return GNG_OK;
}

/* What may be had is taken, what may not is noted. */
static void ask_class(struct av_run *run, struct gng_av_result *result)
{
	struct gng_why why;

	run->fifo = run->options->fifo && av_may_fifo(&why) == GNG_OK;
	if (run->options->fifo && !run->fifo)
		av_note(result, "threads run under SCHED_OTHER: %s", why.text);
	result->fifo = run->fifo;
}

/* lock_memory comes last: what is taken after it counts against the limit of locked memory. */
static void lock_memory(const struct av_run *run, struct gng_av_result *result)
{
	if (!run->fifo)
		return;
	result->locked = mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
	if (!result->locked)
		av_note(result, "memory is not locked: mlockall is not allowed; raise the limit of "
				"locked memory");
}

/* The devices come last: a microphone would overrun while encoders are made ready. */
static enum gng_status open_devices(struct av_run *run, struct gng_av_result *result,
				    struct gng_why *why)
{
	const struct gng_qos_rung *rung = gng_qos_rung_at(run->options->rung);
	enum gng_status status = GNG_OK;

	if (run->options->camera)
		status = av_camera_open(&run->camera, &result->camera, run->options->camera,
					rung->width, rung->height, rung->fps, why);
	if (status == GNG_OK && run->options->microphone)
		status = av_microphone_open(&run->microphone, &result->microphone,
					    run->options->microphone, why);
	return status;
}

enum gng_status av_run_open(struct av_run **run_out, const struct gng_av_options *options,
			    struct gng_av_result *result, struct gng_why *why)
{
	struct av_run *run;
	struct av_weather weather = {0};
	enum gng_status status = check_options(options, why);

	if (status == GNG_OK && options->weather)
		status = av_weather_read(&weather, options->weather, why);
	if (status != GNG_OK)
		return status;
	run = calloc(1, sizeof(*run));
	if (!run)
		return gng_why_set(why, GNG_ENOMEM, 0, "av.open", "no memory for a run");
	run->options = options;
	run->video_out = run->video_back = run->audio_out_fd = run->audio_back_fd = -1;
	run->weather_in = run->weather_out = run->camera.fd = -1;
	sem_init(&run->pcm_ready, 0, 0);
	sem_init(&run->known_ready, 0, 0);
	sem_init(&run->ready, 0, 0);
	sem_init(&run->go, 0, 0);
	av_relay_init(&run->relay, &weather);
	av_stop_init(&run->stop, options->stop_misses);
	atomic_store(&run->rung, options->rung);
	ask_class(run, result);
	status = open_arena(run, result, why);
	if (status == GNG_OK)
		status = open_encoders(run, why);
	if (status == GNG_OK)
		status = av_sound_open(run, why);
	if (status == GNG_OK)
		status = open_keys(run, why);
	result->audio_budget_ns = run->audio_budget_ns;
	if (status == GNG_OK)
		status = av_wire_open(run, why);
	if (status == GNG_OK)
		status = open_devices(run, result, why);
	if (status == GNG_OK)
		open_control(run);
	if (status == GNG_OK)
		av_waits_open(run, result);
	if (status == GNG_OK)
		lock_memory(run, result);
	if (status != GNG_OK)
		av_run_close(run);
	else
		*run_out = run;
	return status;
}

void av_run_close(struct av_run *run)
{
	if (!run)
		return;
	if (run->fifo)
		munlockall();
	av_waits_close(run);
	av_wire_close(run);
	close_encoders(&run->encoders);
	av_unload(&run->decoder);
	av_sound_close(run);
	av_microphone_close(&run->microphone);
	av_camera_close(&run->camera);
	if (run->outlet)
		av_outlet_fini(run->outlet);
	if (run->intake)
		av_intake_fini(run->intake);
	gng_rtp_srtp_fini(&run->audio_out);
	gng_rtp_srtp_fini(&run->audio_back);
	gng_mem_close(run->arena);
	sem_destroy(&run->pcm_ready);
	sem_destroy(&run->known_ready);
	sem_destroy(&run->ready);
	sem_destroy(&run->go);
	free(run);
}
