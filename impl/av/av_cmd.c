/* SPDX-License-Identifier: Apache-2.0 */
/* av_cmd.c - `gonogo av`: audio and video with a deadline for every frame. */
#include <stdio.h>
#include <string.h>

#include "av_verbs.h"

static const char help[] =
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

int main(int argc, char **argv)
{
	if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return puts(help) == EOF ? AV_EXIT_HARNESS : 0;
	if (argc >= 3 && strcmp(argv[2], "--help") == 0)
		return puts(help) == EOF ? AV_EXIT_HARNESS : 0;
	if (argc >= 2 && strcmp(argv[1], "run") == 0)
		return av_verb_run(argc - 1, argv + 1);
	if (argc >= 2 && strcmp(argv[1], "soak") == 0)
		return av_verb_soak(argc - 1, argv + 1);
	return av_refuse("it wants a verb, run or soak, and not ", argc >= 2 ? argv[1] : "");
}
