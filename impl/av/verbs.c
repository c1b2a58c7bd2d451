/* SPDX-License-Identifier: Apache-2.0 */
/* verbs.c - what the verbs of `gonogo av` share: words, numbers, signals. */
#include "av_verbs.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <gng_options.h>

const char av_help[] =
	"usage: gonogo av run [--seconds S] [--video 1080p60|720p60|720p30] [--kbps N]\n"
	"         [--encoder x264|openh264] [--threads N] [--audio l16|opus] [--class fifo|other]\n"
	"         [--clear] [--key FILE] [--weather WORDS] [--policy budget|article|hold]\n"
	"         [--quantile Q]\n"
	"         [--stop-after N] [--stop-log FILE] [--hook PROGRAM] [--fault FRAME:MS]\n"
	"         [--microphone PCM] [--camera FILE]\n"
	"         [--pcap FILE] [--plot FILE] [--control] [--no-waits]\n"
	"         [--no-noise] [--json]\n"
	"       gonogo av soak --out DIR [--hours H | --seconds S] [--every S] [--video V]\n"
	"         [--kbps N] [--encoder E] [--audio A] [--class C] [--quantile Q] [--json]\n"
	"       gonogo av soak --merge [--quantile Q] [--json] DIR...\n"
	"\n"
	"Captures, encodes, protects, sends, receives, decodes and presents sound and\n"
	"pictures, synthetic ones or of devices, on this machine, and says for each frame what it "
	"took and whether it\n"
	"kept its deadline: 12 ms for a picture and 3 ms for a millisecond of sound, from the\n"
	"scheduled tick.\n"
	"\n"
	"  --seconds S        1 to 604800 (default 30)\n"
	"  --video V          the best picture of the ladder (default 720p60)\n"
	"  --kbps N           video and parity together (default 4000)\n"
	"  --threads N        of the encoder, for the slices of a picture (default 1)\n"
	"  --audio A          l16: 1 ms a packet (default); opus: 5 ms, with a budget of 12 ms\n"
	"  --class C          fifo: SCHED_FIFO where allowed (default); other: never\n"
	"  --clear            no SRTP; --key FILE: 28 bytes of key and salt\n"
	"  --weather WORDS    a bad network: loss=20000,burst=4,duplicate=,truncate=,\n"
	"                     reorder=,delay=,jitter=,late=,seed= (ppm and us)\n"
	"  --policy P         the rule of the ladder: budget (default), article or hold\n"
	"  --quantile Q       what is to be shown, as 0.999 (default 0.99)\n"
	"  --stop-after N     the protective stop: at N missed deadlines of video the safe\n"
	"                     state, one line in --stop-log, and --hook with the frame\n"
	"  --fault FRAME:MS   let the encoder stand still there; FRAME:refuse[=N]: it refuses\n"
	"                     N pictures\n"
	"  --microphone PCM   the left side is what this PCM of ALSA captures, as hw:1,0\n"
	"  --camera FILE      pictures are of this device of V4L2, as /dev/video0\n"
	"  --pcap, --plot     write what was sent, and the latencies as SVG\n"
	"  --control          known work in each second second: what the machine alone makes late\n"
	"  --no-waits         do not ask the scheduler who had the CPU of a late thread\n"
	"  --no-noise         do not measure the noise floor (saves 1 s)\n"
	"\n"
	"soak writes DIR/soak.log, a line each minute in a chain of hashes, goes on there\n"
	"after a kill or a reboot, and counts nothing that it did not see. Default: 72 hours,\n"
	"quantile 0.9999. --merge pools the files of many terminals.\n"
	"\n"
	"Exit status: 0 shown, 1 not kept or stopped, 2 usage, 3 it cannot be told or run\n"
	"here, 99 the harness failed.";

bool av_read_number(uint64_t *number, const char *text, uint64_t most)
{
	return gng_options_number(number, text, 1, most);
}

bool av_read_rung(uint8_t *rung, const char *text)
{
	static const char *const names[GNG_QOS_NUM_RUNGS] = {"1080p60", "720p60", "720p30"};

	for (*rung = 0; *rung < GNG_QOS_NUM_RUNGS; ++*rung)
		if (strcmp(names[*rung], text) == 0)
			return true;
	return false;
}

bool av_read_kbps(struct gng_av_options *options, const char *text)
{
	uint64_t number = 0;
	const bool good = av_read_number(&number, text, 100000);

	options->kbps = (uint32_t)number;
	return good;
}

bool av_read_encoder(struct gng_av_options *options, const char *text)
{
	options->encoder = text;
	return strcmp(text, "x264") == 0 || strcmp(text, "openh264") == 0 ||
	       strcmp(text, "vaapi") == 0;
}

bool av_read_audio(struct gng_av_options *options, const char *text)
{
	options->opus = strcmp(text, "opus") == 0;
	return options->opus || strcmp(text, "l16") == 0;
}

bool av_read_class(struct gng_av_options *options, const char *text)
{
	options->fifo = strcmp(text, "fifo") == 0;
	return options->fifo || strcmp(text, "other") == 0;
}

bool av_read_quantile(double *q, const char *text)
{
	char *end;

	*q = strtod(text, &end);
	return *text == '0' && *end == '\0' && *q >= 0.5 && *q < 1;
}

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	(void)number;
	caught = 1;
}

void av_catch(void)
{
	const struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool av_caught(void)
{
	return caught != 0;
}

int av_exit_of(enum gng_status status)
{
	switch (status) {
	case GNG_EUNSUPPORTED:
	case GNG_EPERM:
		return AV_EXIT_INCOMPLETE;
	case GNG_EINVAL:
	case GNG_EFORMAT:
		return AV_EXIT_USAGE;
	default:
		return AV_EXIT_HARNESS;
	}
}
