/* SPDX-License-Identifier: Apache-2.0 */
/* peer_load.c - loads a library into this process, or finds out how a process of its own starts. */
#include "peer.h"

#include <dlfcn.h>
#include <glob.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOADER "ld-linux-x86-64.so.2"

/* The user's own folder, not HOME: that of a test is a folder of the run. */
void peer_folder(char path[512])
{
	const char *own = getenv("GONOGO_PEERS"), *cache = getenv("XDG_CACHE_HOME");
	const struct passwd *user = getpwuid(getuid());

	if (own && *own)
		snprintf(path, 512, "%s", own);
	else if (cache && *cache)
		snprintf(path, 512, "%s/gonogo/peers", cache);
	else
		snprintf(path, 512, "%s/.cache/gonogo/peers", user ? user->pw_dir : "");
}

/* RTLD_DEEPBIND: each library prefers its own symbols, so OpenSSL, BoringSSL and a second
 * OpenSSL live in one process although they share names. */
static void *load(struct peer_library *library, const char *file)
{
	void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);

	if (handle)
		snprintf(library->path, sizeof(library->path), "%s", file);
	return handle;
}

static void *load_matching(struct peer_library *library, const char *pattern)
{
	void *handle = NULL;
	glob_t found = {0};

	if (!strchr(pattern, '/'))
		return load(library, pattern);
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && !handle; i++)
			handle = load(library, found.gl_pathv[i]);
	globfree(&found);
	return handle;
}

/* ---- processes ---- */

/* has_loader tells whether the file's folder has a dynamic loader, so a C library of its own. */
static bool has_loader(struct peer_library *library, const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!slash || (size_t)(slash - file) >= sizeof(library->folder))
		return false;
	snprintf(library->folder, sizeof(library->folder), "%.*s", (int)(slash - file), file);
	snprintf(library->loader, sizeof(library->loader), "%s/" LOADER, library->folder);
	return access(library->loader, X_OK) == 0;
}

/* answers lets the process do a small job: what cannot even start is absent, not broken. */
static bool answers(struct peer_library *library)
{
	static const uint8_t bytes[32];
	uint8_t out[32];
	const struct peer_job job = {.mode = PEER_GCM_SEAL,
				     .key_len = 16,
				     .len = 16,
				     .num_messages = 1,
				     .key = bytes,
				     .iv = bytes,
				     .aad = bytes,
				     .in = bytes,
				     .tag = bytes,
				     .out = out};
	char title[PEER_TITLE_CAP];
	struct gng_why why = {0};
	bool ok = false;
	void *state;

	if (peer_remote.open(&state, title, library, &job, &why) == GNG_OK) {
		ok = peer_remote.work(state);
		snprintf(why.text, sizeof(why.text), "%s", peer_remote_complaint(state));
		peer_remote.close(state);
	}
	if (!ok)
		snprintf(library->reason, sizeof(library->reason), "%s", why.text);
	return ok;
}

/* start_program names the program that speaks for itself. */
static bool start_program(struct peer_library *library, const char *file)
{
	snprintf(library->path, sizeof(library->path), "%s", file);
	library->argv[0] = library->path;
	library->argv[1] = NULL;
	return answers(library);
}

/* start_served runs this program under the other loader, whose folder comes first. */
static bool start_served(struct peer_library *library, const char *file)
{
	static char program[512];
	const ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	const char *const argv[] = {library->loader, "--library-path", library->folder, program,
				    "--bench",	     "--serve",	       library->served, NULL};

	program[len > 0 ? len : 0] = '\0';
	snprintf(library->path, sizeof(library->path), "%s", file);
	snprintf(library->served, sizeof(library->served), "%s=%s", library->adapter->name,
		 library->path);
	memcpy(library->argv, argv, sizeof(argv));
	return answers(library);
}

/* ---- both ---- */

/* try_file loads the file or starts its process; library->handle tells whether that worked. */
static void try_file(struct peer_library *library, const char *file)
{
	bool started = false;

	if (library->adapter->program)
		started = start_program(library, file);
	else if (has_loader(library, file))
		started = start_served(library, file);
	else
		library->handle = load(library, file);
	if (started)
		library->handle = library;
}

static void try_own(struct peer_library *library)
{
	const struct peer_adapter *adapter = library->adapter;
	char file[1024];

	if (!adapter->library && !adapter->kept)
		library->handle = dlopen(NULL, RTLD_NOW);
	if (adapter->library)
		library->handle = load_matching(library, adapter->library);
	if (library->handle || !adapter->kept)
		return;
	peer_folder(file);
	snprintf(file + strlen(file), sizeof(file) - strlen(file), "/%s", adapter->kept);
	if (access(file, R_OK) == 0)
		try_file(library, file);
}

bool peer_library_load(struct peer_library *library)
{
	const char *error;

	if (library->handle || library->reason[0])
		return library->handle != NULL;
	dlerror();
	if (library->file)
		try_file(library, library->file);
	else
		try_own(library);
	if (library->handle || library->reason[0])
		return library->handle != NULL;
	error = dlerror();
	if (library->file)
		snprintf(library->reason, sizeof(library->reason), "%.100s cannot be loaded: %s",
			 library->file, error ? error : "no reason given");
	else
		snprintf(library->reason, sizeof(library->reason), "%s is not %s",
			 library->adapter->package,
			 library->adapter->kept ? "made ready" : "installed");
	return false;
}

const struct peer_adapter *peer_library_adapter(const struct peer_library *library)
{
	return library->argv[0] ? &peer_remote : library->adapter;
}

const struct peer_adapter *peer_adapter_load(void **library, const char *text, bool counts,
					     struct gng_why *why)
{
	const size_t len = strcspn(text, "=");
	const struct peer_adapter *adapter = peer_adapter_named(text, len);
	/* Without DEEPBIND the library finds the malloc that LD_PRELOAD put before all. */
	const int flags = RTLD_NOW | RTLD_LOCAL | (counts ? 0 : RTLD_DEEPBIND);

	if (!adapter) {
		(void)gng_why_set(why, GNG_EINVAL, 0, "peer.load", "%s: there is no such peer",
				  text);
		return NULL;
	}
	if (!adapter->library && !adapter->kept)
		return adapter;
	*library = text[len] ? dlopen(text + len + 1, flags) : NULL;
	if (*library)
		return adapter;
	(void)gng_why_set(why, GNG_ESYS, 0, "peer.load", "%s", dlerror());
	return NULL;
}

void peer_remedy(char remedy[128], const struct peer_library *library)
{
	if (library->file)
		snprintf(remedy, 128, "name another file with --peer");
	else if (library->adapter->kept)
		snprintf(remedy, 128, "ci/peers %s", library->adapter->package);
	else
		snprintf(remedy, 128, "apt-get install %s", library->adapter->package);
}
