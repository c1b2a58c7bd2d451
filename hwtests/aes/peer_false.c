/* SPDX-License-Identifier: Apache-2.0 */
/* peer_false.c - peers that are none: scripts that speak as a process does, and lie or die. */
#include "../suite.h"

#include <string.h>

#include "peer.h"

void peer_in_process(struct peer_library *library, const struct peer_adapter *adapter,
		     const char *const *argv, size_t num)
{
	*library = (struct peer_library){.name = "process", .adapter = adapter, .handle = library};
	memcpy(library->argv, argv, num * sizeof(*argv));
}

bool peer_refused(const struct peer_case *one, enum gng_status status, const char *part,
		  const char *script)
{
	static const struct peer_setting setting = {.num_lanes = 1};
	const char *const argv[] = {"sh", "-c", script};
	struct peer_library library, *only = &library;
	struct peer_match match;
	struct gng_why why = {0};
	enum gng_status got;

	peer_in_process(&library, &peer_go, argv, COUNT_OF(argv));
	got = peer_match_run(&match, one, &only, 1, &setting, &why);
	if (got == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "a CPU that has it");
		return false;
	}
	if (!strstr(why.text, part))
		suite_fail("'%s' does not say '%s'", why.text, part);
	assert_int_equal(got, status);
	return true;
}
